/**
 * Node-RED permissions that guard the plugin's admin routes. `needsPermission` takes a list as "all of them".
 * Reading is enough to see the panel; names from inside the flows need the right to read flows; whatever uses the sign-in or the
 * credentials needs the right to write flows too, because a snapshot carries decrypted credentials.
 */
export const permissions = {
    see: ['flowfuse-snapshots.read'],
    view: ['flowfuse-snapshots.read', 'flows.read'],
    act: ['flowfuse-snapshots.write', 'flows.write']
} as const

/** FlowFuse's team roles, as the `role` numbers that the platform sends. */
export const roles = { dashboard: 5, viewer: 10, member: 30, owner: 50, admin: 99 } as const

/** The least role that FlowFuse asks for each action of this plugin (measured, the same on 2.4.0 and 2.33.2). */
export const leastRole = {
    listSnapshots: roles.viewer,
    push: roles.member,
    restore: roles.member,
    setDeviceTarget: roles.member,
    addVariables: roles.member,
    addModules: roles.owner
} as const
