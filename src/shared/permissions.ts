/**
 * Node-RED permissions that guard the plugin's admin routes. `needsPermission` takes a list as "all of them".
 * Reading is enough to see the panel; names from inside the flows need the right to read flows; whatever uses the sign-in or the
 * credentials needs the right to write flows too, because a snapshot carries decrypted credentials; whatever lets npm install something
 * needs the right to change the palette besides.
 */
export const permissions = {
    see: ['flowfuse-snapshots.read'],
    view: ['flowfuse-snapshots.read', 'flows.read'],
    act: ['flowfuse-snapshots.write', 'flows.write'],
    install: ['flowfuse-snapshots.write', 'flows.write', 'nodes.write']
} as const

/** FlowFuse's team roles, as the `role` numbers that the platform sends. */
export const roles = { dashboard: 5, viewer: 10, member: 30, owner: 50, admin: 99 } as const

/** The least role that FlowFuse asks for each action of this plugin (measured, the same on 2.4.0 and 2.33.2). */
export const leastRole = {
    listSnapshots: roles.viewer,
    listDevices: roles.viewer,
    listInstanceDevices: roles.viewer,
    /** Name, description, modules of one snapshot. */
    readSnapshot: roles.viewer,
    /** Its flows, without credentials. */
    readContent: roles.member,
    /** Its flows with credentials. */
    export: roles.member,
    push: roles.member,
    captureBefore: roles.member,
    /** A snapshot of the instance as it runs there. */
    capture: roles.member,
    setTargetOnPush: roles.member,
    setTarget: roles.member,
    setDeviceTarget: roles.owner,
    /** A snapshot of what runs on a device. */
    captureDevice: roles.member,
    /** Whether the platform makes snapshots of a device by itself. */
    editDevice: roles.member,
    restore: roles.member,
    editVariables: roles.member,
    editPalette: roles.owner,
    restart: roles.owner,
    import: roles.owner,
    edit: roles.owner,
    delete: roles.owner
} as const
