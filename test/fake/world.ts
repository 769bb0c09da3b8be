import { createHash, randomUUID } from 'node:crypto'
import type { StoredCredentials } from './cipher'
import { generations, type FlowFuseVersion, type Generation } from './generation'
import type { Json, JsonObject } from './json'
import { Tokens } from './token'

export interface User {
    id: string
    username: string
    name: string
    email: string
    password: string
    admin: boolean
    suspended: boolean
    createdAt: string
}

/** Members by user id; the number is the role: 10 Viewer, 30 Member, 50 Owner. */
export interface Team {
    id: string
    name: string
    slug: string
    members: Map<string, number>
    createdAt: string
    updatedAt: string
}

export interface Application {
    id: string
    name: string
    description: string
    teamId: string
    createdAt: string
    updatedAt: string
}

/** A variable of an instance. Values are texts, except when a restore brought in something else. */
export interface EnvEntry {
    name: string
    value: Json
    hidden?: boolean
}

export interface PaletteModule {
    name: string
    version: string
    local: boolean
}

export interface Instance {
    id: string
    name: string
    url: string
    applicationId: string
    createdAt: string
    updatedAt: string
    state: string
    /** States still to come; each look at the instance goes one further. */
    upcoming: string[]
    /** What the next restores and restarts go through, when a test has decided it. */
    restartStates?: string[]
    flowLastUpdatedAt?: string
    versions?: JsonObject
    /** Runtime settings that differ from the template, without env and palette modules. */
    settings: JsonObject
    env: EnvEntry[]
    modules: PaletteModule[]
    /** undefined after the restore of a corrupt snapshot. */
    flows: Json | undefined
    credentials: StoredCredentials
    credentialSecret: string
    targetSnapshotId: string | null
}

export interface Device {
    id: string
    name: string
    type: string
    teamId: string
    owner: { type: 'application' | 'instance', id: string } | null
    createdAt: string
    updatedAt: string
    status: string
    lastSeenAt: string | null
    activeSnapshotId: string | null
    targetSnapshotId: string | null
    credentialSecret: string
    mode: 'autonomous' | 'developer'
    /** Whether the platform makes snapshots of it by itself, where it can. */
    autoSnapshot: boolean
    /** What the device gives when the platform asks it; undefined: it does not answer, which is all that was recorded. */
    live?: { flows: Json, credentials: Json, modules: JsonObject }
}

export interface Snapshot {
    id: string
    name: string
    description: string
    createdAt: string
    updatedAt: string
    userId: string
    owner: { type: 'instance' | 'device', id: string }
    /** undefined in a corrupt snapshot: it can be listed, but never read. */
    flows: Json | undefined
    credentials: StoredCredentials
    credentialSecret: string
    settings: JsonObject
    env: JsonObject
    modules: JsonObject
}

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

/** Everything the platform knows. Maps keep the order of creation. */
export class World {
    readonly generation: Generation
    readonly users = new Map<string, User>()
    readonly teams = new Map<string, Team>()
    readonly applications = new Map<string, Application>()
    readonly instances = new Map<string, Instance>()
    readonly devices = new Map<string, Device>()
    readonly snapshots = new Map<string, Snapshot>()
    readonly tokens = new Tokens(this)
    readonly stackId: string
    readonly templateId: string
    readonly projectTypeId: string
    readonly teamTypeId: string
    /** Address of the platform, as its links show it. */
    base = ''
    /** What a licence brings, by FlowFuse's names; the recorded platforms have none. */
    features: JsonObject = {}
    private clockOffset = 0
    private readonly counters = new Map<string, number>()

    constructor (version: FlowFuseVersion) {
        this.generation = generations[version]
        this.stackId = this.nextId('stack')
        this.templateId = this.nextId('template')
        this.projectTypeId = this.nextId('project-type')
        this.teamTypeId = this.nextId('team-type')
    }

    /** The platform's clock in ms; tests move it forward instead of waiting. */
    now (): number {
        return Date.now() + this.clockOffset
    }

    advance (ms: number): void {
        this.clockOffset += ms
    }

    timestamp (): string {
        return new Date(this.now()).toISOString()
    }

    /**
     * A short id. The first stack and the first snapshot get the same one: ids are unique within their kind only, and
     * whoever keeps them in one map shall notice.
     */
    nextId (kind: string): string {
        const count = (this.counters.get(kind) ?? 0) + 1
        this.counters.set(kind, count)
        const space = kind === 'stack' ? 'snapshot' : kind
        const digest = createHash('sha256').update(`${space} ${count}`).digest()
        return [...digest.subarray(0, 10)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
    }

    nextInstanceId (): string {
        return randomUUID()
    }

    /** Snapshots of an instance or a device, newest first. */
    snapshotsOf (type: 'instance' | 'device', ownerId: string): Snapshot[] {
        return [...this.snapshots.values()].filter(({ owner }) => owner.type === type && owner.id === ownerId).reverse()
    }

    instancesOf (applicationId: string): Instance[] {
        return [...this.instances.values()].filter((instance) => instance.applicationId === applicationId)
    }

    applicationsOf (teamId: string): Application[] {
        return [...this.applications.values()].filter((application) => application.teamId === teamId)
    }

    /** Devices owned by an application or an instance. */
    devicesOf (type: 'application' | 'instance', ownerId: string): Device[] {
        return [...this.devices.values()].filter(({ owner }) => owner?.type === type && owner.id === ownerId)
    }

    teamOfInstance (instance: Instance): Team | undefined {
        const application = this.applications.get(instance.applicationId)
        return application && this.teams.get(application.teamId)
    }

    teamOfSnapshot (snapshot: Snapshot): Team | undefined {
        const { type, id } = snapshot.owner
        if (type === 'device') {
            const device = this.devices.get(id)
            return device && this.teams.get(device.teamId)
        }
        const instance = this.instances.get(id)
        return instance && this.teamOfInstance(instance)
    }

    /** Deletes a snapshot; it stops being the target of anything, so that devices lose their flows. */
    deleteSnapshot (id: string): void {
        this.snapshots.delete(id)
        for (const instance of this.instances.values()) if (instance.targetSnapshotId === id) instance.targetSnapshotId = null
        for (const device of this.devices.values()) {
            if (device.targetSnapshotId === id) device.targetSnapshotId = null
            if (device.activeSnapshotId === id) device.activeSnapshotId = null
        }
    }

    /** Deletes an instance with its snapshots; its devices stay, without owner. */
    deleteInstance (id: string): void {
        this.instances.delete(id)
        for (const snapshot of this.snapshotsOf('instance', id)) this.deleteSnapshot(snapshot.id)
        for (const device of this.devicesOf('instance', id)) device.owner = null
    }
}
