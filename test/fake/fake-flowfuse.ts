import type { FaultHandler, FaultResponse, Matcher, RecordedRequest } from './fault'
import type { FlowFuseVersion } from './generation'
import type { Json, JsonObject } from './json'
import type { Seed } from './world-seed'
import type { Device, EnvEntry, Instance, PaletteModule } from './world'

/** A stored snapshot with everything in clear. */
export interface OpenSnapshot {
    id: string
    name: string
    description: string
    /** User name of who made it. */
    user: string
    ownerType: 'instance' | 'device'
    /** undefined in a corrupt snapshot. */
    flows: Json | undefined
    credentials: Json
    env: JsonObject
    modules: JsonObject
    settings: JsonObject
}

/** An instance with everything in clear. */
export interface OpenInstance {
    id: string
    name: string
    state: string
    flows: Json | undefined
    credentials: Json
    env: EnvEntry[]
    modules: PaletteModule[]
    settings: JsonObject
    targetSnapshotId: string | null
}

/** What a test may change in an instance. `state` ends any change of state under way. */
export type InstanceChange = Partial<
    Pick<Instance, 'name' | 'url' | 'state' | 'flowLastUpdatedAt' | 'versions' | 'settings' | 'env' | 'modules' | 'flows'>
> & { credentials?: Json }

export type DeviceChange = Partial<Pick<Device, 'name' | 'status' | 'lastSeenAt' | 'activeSnapshotId' | 'targetSnapshotId' | 'mode' | 'autoSnapshot' | 'live' | 'owner'>>

/** What a snapshot holds, in clear. */
export type SnapshotContent = { name: string } & Partial<Omit<OpenSnapshot, 'id' | 'ownerType' | 'user'>> & {
    user?: keyof Seed['ids']['users']
}

/** A FlowFuse platform in memory, with the recorded world in it. */
export interface FakeFlowFuse {
    readonly version: FlowFuseVersion
    readonly url: string
    /** Personal access tokens. */
    readonly tokens: Seed['tokens']
    /** Values of the cookie `sid` of signed-in users. */
    readonly cookies: Seed['cookies']
    readonly passwords: Seed['cookies']
    readonly ids: Seed['ids']
    /** Ids of the personal access tokens in `tokens`. */
    readonly tokenIds: Seed['tokens']
    /** Ids of which there is only one. */
    readonly platformIds: { stack: string, template: string, projectType: string, teamType: string }
    /** Every request received so far, in order; set its length to 0 to forget them. */
    readonly requests: RecordedRequest[]
    /** What happens to a body over the limit: 413 (default), or the connection breaks while the client still writes. */
    tooLarge: 'answered' | 'cut'

    stop (): Promise<void>
    /** Answers the next `times` matching requests (Infinity: all) with something else; returns how to end that. */
    respondWith (matcher: Matcher, response: FaultResponse | FaultHandler, times?: number): () => void
    /** Snapshots of an instance or a device as they are kept, newest first. */
    snapshotsOf (ownerId: string): OpenSnapshot[]
    instance (id: string): OpenInstance
    setInstance (id: string, change: InstanceChange): void
    /** A new instance, without flows, in the application (default: Line 1); returns its id. */
    createInstance (name: string, applicationId?: string): string
    deleteInstance (id: string): void
    setDevice (id: string, change: DeviceChange): void
    device (id: string): Readonly<Device>
    /** A new device of an instance or an application of Bottling Plant, or of neither; returns its id. */
    createDevice (name: string, owner: Device['owner']): string
    deleteDevice (id: string): void
    /** Switches on what a licence brings, on the platform and in its one type of team. */
    setFeatures (features: JsonObject): void
    /** Puts a snapshot where a create or an import would have left it; returns its id. `user` defaults to alice. */
    addSnapshot (ownerId: string, content: SnapshotContent): string
    /** Changes the role of a user in a team (10 Viewer, 30 Member, 50 Owner; null: no member), default Bottling Plant. */
    setRole (user: keyof Seed['ids']['users'], role: number | null, teamId?: string): void
    /** The snapshot that the devices of an instance, or a device, shall run. */
    targetOf (ownerId: string): string | null
    /**
     * The states each later restore and restart of an instance goes through. Each look at the instance over HTTP goes one
     * further, the last one stays: ['restarting'] hangs until `setInstance`, ['restarting', 'crashed'] fails.
     */
    restartsWith (id: string, states: string[]): void
    /** Signs a user in without a browser: the tokens of an OAuth sign-in. */
    signIn (user: keyof Seed['ids']['users']): { accessToken: string, refreshToken: string }
    /** Makes a token expire now. */
    expire (token: string): void
    /** Moves the clock of the platform forward. */
    advance (ms: number): void
}
