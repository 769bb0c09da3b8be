import { randomBytes } from 'node:crypto'
import { sealCredentials } from './cipher'
import type { FlowFuseVersion } from './generation'
import { World, type Application, type Device, type Instance, type Team, type User } from './world'

/** The ids and tokens of the recorded world. */
export interface Seed {
    world: World
    ids: {
        users: Record<'alice' | 'bob' | 'carol' | 'mallory' | 'admin', string>
        teams: Record<'bottlingPlant' | 'secondPlant', string>
        applications: Record<'line1' | 'line9', string>
        instances: Record<'filler' | 'labeller', string>
        devices: Record<'edgeApp' | 'edgeInst' | 'edgeSpare', string>
    }
    /** Personal access tokens. Those with limits exist on newer platforms only; on older ones they are alice's own. */
    tokens: Record<'alice' | 'bob' | 'carol' | 'mallory' | 'aliceReadOnly' | 'aliceTeam' | 'aliceOtherTeam', string>
    /** Values of the cookie `sid`. */
    cookies: Record<'alice' | 'bob' | 'carol' | 'mallory' | 'admin', string>
    /** Ids of the personal access tokens. */
    tokenIds: Seed['tokens']
    passwords: Seed['cookies']
}

/** Builds the world of the recordings: two teams, four users, two instances, three devices. */
export function seedWorld (version: FlowFuseVersion): Seed {
    const world = new World(version)
    const admin = newUser(world, 'ff-admin', 'Administrator', true)
    const alice = newUser(world, 'alice', 'Alice Owner')
    const bob = newUser(world, 'bob', 'Bob Member')
    const carol = newUser(world, 'carol', 'Carol Viewer')
    const mallory = newUser(world, 'mallory', 'Mallory Outsider')
    const plant = newTeam(world, 'Bottling Plant', new Map([[alice.id, 50], [bob.id, 30], [carol.id, 10]]))
    const second = newTeam(world, 'Second Plant', new Map([[alice.id, 50], [mallory.id, 50]]))
    const line1 = newApplication(world, plant, 'Line 1', 'Filling and labelling')
    const line9 = newApplication(world, second, 'Line 9', '')
    const filler = newInstance(world, 'filler', line1.id)
    filler.env = [
        { name: 'KEEP', value: 'kept' },
        { name: 'SEALED', value: 'instance-hidden', hidden: true }
    ]
    filler.modules = [{ name: 'existing-mod', version: '~1.0.0', local: true }]
    const labeller = newInstance(world, 'labeller', line1.id)
    const edgeApp = newDevice(world, 'edge-app', plant.id, { type: 'application', id: line1.id })
    const edgeInst = newDevice(world, 'edge-inst', plant.id, { type: 'instance', id: filler.id })
    const edgeSpare = newDevice(world, 'edge-spare', plant.id, null)
    const personal = {
        alice: world.tokens.createPersonal(alice.id, 'alice token'),
        bob: world.tokens.createPersonal(bob.id, 'bob token'),
        carol: world.tokens.createPersonal(carol.id, 'carol token'),
        mallory: world.tokens.createPersonal(mallory.id, 'mallory token')
    }
    const limited = (name: string, options: { readOnly?: boolean, teamIds?: string[] }): typeof personal.alice =>
        world.generation.limitedTokens ? world.tokens.createPersonal(alice.id, name, options) : personal.alice
    const all = {
        ...personal,
        aliceReadOnly: limited('alice read only', { readOnly: true }),
        aliceTeam: limited('alice bottling only', { teamIds: [plant.id] }),
        aliceOtherTeam: limited('alice second only', { teamIds: [second.id] })
    }
    const people = { alice, bob, carol, mallory, admin }
    const session = ({ id }: User): string => world.tokens.createSession(id).secret
    return {
        world,
        ids: {
            users: mapped(people, ({ id }) => id),
            teams: { bottlingPlant: plant.id, secondPlant: second.id },
            applications: { line1: line1.id, line9: line9.id },
            instances: { filler: filler.id, labeller: labeller.id },
            devices: { edgeApp: edgeApp.id, edgeInst: edgeInst.id, edgeSpare: edgeSpare.id }
        },
        tokens: mapped(all, ({ secret }) => secret),
        tokenIds: mapped(all, ({ id }) => id),
        cookies: mapped(people, session),
        passwords: mapped(people, ({ password }) => password)
    }
}

function mapped <K extends string, A, B> (record: Record<K, A>, change: (value: A) => B): Record<K, B> {
    return Object.fromEntries(Object.entries<A>(record).map(([key, value]) => [key, change(value)])) as Record<K, B>
}

function newUser (world: World, username: string, name: string, admin = false): User {
    const user: User = {
        id: world.nextId('user'),
        username,
        name,
        email: `${username}@example.com`,
        password: `${username}-password`,
        admin,
        suspended: false,
        createdAt: world.timestamp()
    }
    world.users.set(user.id, user)
    return user
}

function newTeam (world: World, name: string, members: Map<string, number>): Team {
    const now = world.timestamp()
    const slug = name.toLowerCase().replaceAll(' ', '-')
    const team: Team = { id: world.nextId('team'), name, slug, members, createdAt: now, updatedAt: now }
    world.teams.set(team.id, team)
    return team
}

function newApplication (world: World, team: Team, name: string, description: string): Application {
    const now = world.timestamp()
    const application: Application = {
        id: world.nextId('application'),
        name,
        description,
        teamId: team.id,
        createdAt: now,
        updatedAt: now
    }
    world.applications.set(application.id, application)
    return application
}

/** A running instance without flows, variables and modules. */
export function newInstance (world: World, name: string, applicationId: string): Instance {
    const now = world.timestamp()
    const credentialSecret = randomBytes(32).toString('hex')
    const instance: Instance = {
        id: world.nextInstanceId(),
        name,
        url: `http://${name}.example.com`,
        applicationId,
        createdAt: now,
        updatedAt: now,
        state: 'running',
        upcoming: [],
        settings: { header: { title: name } },
        env: [],
        modules: [],
        flows: [],
        credentials: sealCredentials({}, credentialSecret),
        credentialSecret,
        targetSnapshotId: null
    }
    world.instances.set(instance.id, instance)
    return instance
}

/** A device that was never seen. */
export function newDevice (world: World, name: string, teamId: string, owner: Device['owner']): Device {
    const now = world.timestamp()
    const device: Device = {
        id: world.nextId('device'),
        name,
        type: 'gateway',
        teamId,
        owner,
        createdAt: now,
        updatedAt: now,
        status: 'offline',
        lastSeenAt: null,
        activeSnapshotId: null,
        targetSnapshotId: null,
        credentialSecret: randomBytes(32).toString('hex'),
        mode: 'autonomous',
        autoSnapshot: true
    }
    world.devices.set(device.id, device)
    return device
}
