import { openStored, sealCredentials } from './cipher'
import { Faults } from './fault'
import type { FakeFlowFuse, OpenInstance, OpenSnapshot, SnapshotContent } from './fake-flowfuse'
import type { FlowFuseVersion } from './generation'
import { enterStates } from './restore'
import { PlatformServer } from './server'
import { keepSnapshot } from './snapshot'
import { newDevice, newInstance, seedWorld } from './world-seed'
import type { Device, Instance, Snapshot, User, World } from './world'

export type { FaultHandler, FaultResponse, Matcher, RecordedRequest } from './fault'
export type * from './fake-flowfuse'
export type { FlowFuseVersion } from './generation'

/** Starts a platform on a free port of the loopback. */
export async function startFakeFlowFuse ({ version }: { version: FlowFuseVersion }): Promise<FakeFlowFuse> {
    const seed = seedWorld(version)
    const { world, ids, tokens, tokenIds, cookies, passwords } = seed
    const faults = new Faults()
    const server = new PlatformServer(world, faults)
    const url = await server.start()
    world.base = url
    const instanceOf = (id: string): Instance => existing(world.instances, id)
    return {
        version,
        url,
        ids,
        tokens,
        tokenIds,
        cookies,
        passwords,
        platformIds: {
            stack: world.stackId,
            template: world.templateId,
            projectType: world.projectTypeId,
            teamType: world.teamTypeId
        },
        requests: server.requests,
        get tooLarge () {
            return server.tooLarge
        },
        set tooLarge (value) {
            server.tooLarge = value
        },
        stop: () => server.stop(),
        respondWith: (matcher, response, times = 1) => faults.add(matcher, response, times),
        snapshotsOf: (ownerId) => {
            const snapshots = [...world.snapshotsOf('instance', ownerId), ...world.snapshotsOf('device', ownerId)]
            return snapshots.map((snapshot) => openSnapshot(snapshot, world.users.get(snapshot.userId)?.username ?? ''))
        },
        instance: (id) => openInstance(instanceOf(id)),
        setInstance: (id, { credentials, state, ...change }) => {
            const instance = instanceOf(id)
            Object.assign(instance, change)
            if (credentials !== undefined) instance.credentials = sealCredentials(credentials, instance.credentialSecret)
            if (state !== undefined) enterStates(instance, [state])
        },
        createInstance: (name, applicationId = ids.applications.line1) => newInstance(world, name, applicationId).id,
        deleteInstance: (id) => world.deleteInstance(id),
        setDevice: (id, change) => {
            Object.assign(existing(world.devices, id), change)
        },
        device: (id) => existing(world.devices, id),
        createDevice: (name, owner) => newDevice(world, name, ids.teams.bottlingPlant, owner).id,
        deleteDevice: (id) => {
            for (const { id: snapshot } of world.snapshotsOf('device', id)) world.deleteSnapshot(snapshot)
            world.devices.delete(id)
        },
        setFeatures: (features) => {
            world.features = features
        },
        addSnapshot: (ownerId, content) => addSnapshot(world, ownerId, content, existing(world.users, ids.users[content.user ?? 'alice'])),
        setRole: (user, role, teamId = ids.teams.bottlingPlant) => {
            const { members } = existing(world.teams, teamId)
            if (role === null) members.delete(ids.users[user])
            else members.set(ids.users[user], role)
        },
        targetOf: (ownerId) => (world.instances.get(ownerId) ?? world.devices.get(ownerId))?.targetSnapshotId ?? null,
        restartsWith: (id, states) => {
            instanceOf(id).restartStates = states
        },
        signIn: (user) => {
            const { secret, refreshToken = '' } = world.tokens.createPlugin(ids.users[user])
            return { accessToken: secret, refreshToken }
        },
        expire: (token) => world.tokens.expire(token),
        advance: (ms) => world.advance(ms)
    }
}

function existing <T> (map: Map<string, T>, id: string): T {
    const found = map.get(id)
    if (found === undefined) throw new Error(`the fake has nothing with id ${id}`)
    return found
}

function addSnapshot (world: World, ownerId: string, content: SnapshotContent, user: User): string {
    const instance = world.instances.get(ownerId)
    const owner: Instance | Device = instance ?? existing(world.devices, ownerId)
    const { name, description = '', flows = [], credentials = {}, env = {}, modules = {}, settings = {} } = content
    const { id, credentialSecret } = owner
    return keepSnapshot(world, { type: instance ? 'instance' : 'device', id, credentialSecret }, user, name, description, {
        ...structuredClone({ flows, env, modules, settings }),
        credentials: sealCredentials(credentials, credentialSecret)
    }).id
}

function openSnapshot (snapshot: Snapshot, user: string): OpenSnapshot {
    const { id, name, description, flows, env, modules, settings, owner } = snapshot
    const credentials = openStored(snapshot.credentials, snapshot.credentialSecret)
    const content = { flows, credentials, env, modules, settings }
    return { id, name, description, user, ownerType: owner.type, ...structuredClone(content) }
}

function openInstance (instance: Instance): OpenInstance {
    const { id, name, state, flows, env, modules, settings, targetSnapshotId } = instance
    const credentials = openStored(instance.credentials, instance.credentialSecret)
    return { id, name, state, targetSnapshotId, ...structuredClone({ flows, credentials, env, modules, settings }) }
}
