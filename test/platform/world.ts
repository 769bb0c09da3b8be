import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call, login } from './api'
import type { Ports } from './ports'

/** Something of the platform that has an id and a name. */
export interface Named { id: string, name: string }

/** A hosted instance; `url` is its root, without a slash at the end: an `http in` node `/x` answers at `${url}/x`. */
export interface Instance extends Named { url: string }

/** A user of the platform, with the token of a full personal access token. */
export interface User { username: string, password: string, token: string }

/** What a data folder remembers of its platform. Names as in FlowFuse. */
export interface World {
    /** Versions that made the folder, as `readVersions` tells them. */
    versions: Versions
    ports: Ports
    /** The administrator; `token` speaks for the owner of the team. */
    admin: User
    team: Named
    application: Named
    instance: Named
    /** The users that `createUser` made, by name. */
    users: Record<string, User & { role: string }>
}

/** Versions of FlowFuse and of the stack's Node-RED. */
export interface Versions { flowfuse: string, nodeRed: string }

/** The versions installed in `home`. */
export function readVersions (home: string): Versions {
    const version = (module: string) => (JSON.parse(readFileSync(join(home, module, 'package.json'), 'utf8')) as { version: string }).version
    return { flowfuse: version('flowfuse/node_modules/@flowfuse/flowfuse'), nodeRed: version('stack/node_modules/node-red') }
}

/** The world that the data folder remembers; none before the first start was through. */
export function readWorld (data: string): World | undefined {
    const file = join(data, 'world.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as World : undefined
}

/** Remembers the world: whole or not at all, and readable by its owner alone, as it holds passwords. */
export function writeWorld (data: string, world: World): void {
    const file = join(data, 'world.json')
    writeFileSync(`${file}.new`, JSON.stringify(world, null, 2), { mode: 0o600 })
    renameSync(`${file}.new`, file)
}

/**
 * Writes what FlowFuse reads at its start.
 * @param createAdmin true for a new database only: FlowFuse would make its default stack and template once more
 */
export function prepareFolder (home: string, data: string, ports: Ports, createAdmin: boolean): void {
    const url = `http://127.0.0.1:${ports.platform}`
    const config = {
        host: '127.0.0.1',
        port: ports.platform,
        base_url: url,
        db: { type: 'sqlite', storage: 'forge.db', logging: false },
        // Instances install modules from where this process would; its extra certificates do not reach them by themselves.
        driver: { type: 'localfs', options: { start_port: ports.instances, privateCA: process.env.NODE_EXTRA_CA_CERTS } },
        email: { enabled: false },
        telemetry: { enabled: false },
        rate_limits: { enabled: false },
        logging: { level: 'info', http: 'warn', pretty: false },
        create_admin: createAdmin
    }
    mkdirSync(join(data, 'etc'), { recursive: true })
    // JSON is YAML.
    writeFileSync(join(data, 'etc/flowforge.yml'), JSON.stringify(config, null, 2), { mode: 0o600 })
    mkdirSync(join(data, 'var/projects'), { recursive: true })
    // The driver takes only real folders for stacks, so the link is one step below.
    const stack = join(data, 'var/stacks', readVersions(home).nodeRed)
    mkdirSync(stack, { recursive: true })
    rmSync(join(stack, 'node_modules'), { force: true })
    symlinkSync(join(home, 'stack/node_modules'), join(stack, 'node_modules'))
}

/**
 * Furnishes a new platform: a lasting password and a token for the administrator, a team, an application, an instance.
 * @param firstPassword the administrator's expired password
 */
export async function createWorld (url: string, firstPassword: string, versions: Versions, ports: Ports): Promise<World> {
    const username = 'ff-admin'
    const password = newPassword()
    await call(url, await login(url, username, firstPassword), 'PUT', '/api/v1/user/change_password', { old_password: firstPassword, password })
    const token = await createToken(url, username, password)
    const admin = { username, password, token }
    const teamTypes = await call<{ types: Named[] }>(url, admin, 'GET', '/api/v1/team-types')
    const team = await call<Named>(url, admin, 'POST', '/api/v1/teams', { name: 'Plant A', type: only(teamTypes.types, 'team type').id })
    const application = await call<Named>(url, admin, 'POST', '/api/v1/applications', { name: 'Line 1', teamId: team.id })
    const instance = await createInstance(url, admin, application.id, 'press-controller')
    return { versions, ports, admin, team: named(team), application: named(application), instance: named(instance), users: {} }
}

/** Makes a hosted instance of the one type, stack and template there are; it starts by itself. */
export async function createInstance (url: string, admin: User, applicationId: string, name: string): Promise<Named> {
    const [types, stacks, templates] = await Promise.all([
        call<{ types: Named[] }>(url, admin, 'GET', '/api/v1/project-types'),
        call<{ stacks: Named[] }>(url, admin, 'GET', '/api/v1/stacks'),
        call<{ templates: Named[] }>(url, admin, 'GET', '/api/v1/templates')
    ])
    const instance = await call<Named>(url, admin, 'POST', '/api/v1/projects', {
        name,
        applicationId,
        projectType: only(types.types, 'instance type').id,
        stack: only(stacks.stacks, 'stack').id,
        template: only(templates.templates, 'template').id
    })
    // The launcher finds out that Node-RED runs when it looks next: 5 s is the shortest interval that FlowFuse takes.
    await call(url, admin, 'PUT', `/api/v1/projects/${instance.id}`, { launcherSettings: { healthCheckInterval: 5000 } })
    return instance
}

/** Makes a user who is in the team with that role (a number, as FlowFuse counts them), by invitation: there is no shorter road. */
export async function createMember (url: string, admin: User, teamId: string, username: string, role: number): Promise<User> {
    const password = newPassword()
    await call(url, admin, 'POST', '/api/v1/users', { name: username, username, email: `${username}@example.com`, password })
    await call(url, admin, 'POST', `/api/v1/teams/${teamId}/invitations`, { user: username, role })
    const user = { username, password, token: await createToken(url, username, password) }
    const { invitations } = await call<{ invitations: { id: string }[] }>(url, user, 'GET', '/api/v1/user/invitations')
    await call(url, user, 'PATCH', `/api/v1/user/invitations/${only(invitations, 'invitation').id}`)
    return user
}

/** A password that FlowFuse does not find too weak. */
export function newPassword (): string {
    return randomBytes(18).toString('base64url')
}

async function createToken (url: string, username: string, password: string): Promise<string> {
    // FlowFuse wants a scope and ignores it; a token without a name is none.
    const answer = await call<{ token: string }>(url, await login(url, username, password), 'POST', '/api/v1/user/tokens', { name: 'test platform', scope: '' })
    return answer.token
}

function named ({ id, name }: Named): Named {
    return { id, name }
}

function only<T> (list: T[], what: string): T {
    const [first] = list
    if (first === undefined) throw new Error(`The platform has no ${what}: its first start did not go well, see its log.`)
    return first
}
