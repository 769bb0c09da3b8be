import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { call, login, type Identity } from './api'
import { startFlowFuse, type FlowFuseProcess } from './flowfuse-process'
import { readInstance, startInstance, waitForState } from './instance'
import { takeLock } from './lock'
import { findPorts, moveInstances, type Ports } from './ports'
import { createInstance, createMember, createWorld, newPassword, prepareFolder, readVersions, readWorld, writeWorld, type Instance, type Named, type User, type World } from './world'

export { PlatformError, type Identity } from './api'
export type { Instance, Named, User } from './world'

const ROLES = { owner: 50, member: 30, viewer: 10 }

/**
 * `home`: see ensurePlatform; `data`: this platform's own folder, made when missing; `log` gets a line for every step; `interrupted`
 * ends a start under way, as a failure.
 */
export interface PlatformOptions { home: string, data: string, log?: (line: string) => void, interrupted?: AbortSignal }

/** A running FlowFuse with a team "Plant A", in it an application "Line 1", in it a running hosted instance "press-controller". */
export class Platform {
    readonly admin: Pick<User, 'username' | 'password'>
    /** Personal access token of the administrator, who owns the team. */
    readonly token: string
    readonly team: Named
    readonly application: Named
    private stopping?: Promise<void>

    /** Made by `startPlatform`. `logs` is FlowFuse's log file. */
    constructor (readonly url: string, readonly instance: Instance, readonly logs: string, private readonly data: string,
        private readonly world: World, private readonly flowfuse: FlowFuseProcess, private readonly release: () => void) {
        this.admin = { username: world.admin.username, password: world.admin.password }
        this.token = world.admin.token
        this.team = world.team
        this.application = world.application
    }

    /**
     * A request to the platform's API, as the administrator or as `identity`.
     * @throws PlatformError with `status` and `body` when the answer is not 2xx or not JSON
     */
    api<T> (method: string, path: string, body?: unknown, identity: Identity = { token: this.token }): Promise<T> {
        return call<T>(this.url, identity, method, path, body)
    }

    /** Signs in as the login page does; the cookie is an identity for `api`. */
    login (username: string, password: string): Promise<{ cookie: string }> {
        return login(this.url, username, password)
    }

    /** Makes a hosted instance in the application and waits until it runs; one that has the name already is taken. Five at most. */
    async createInstance (name: string): Promise<Instance> {
        const { instances } = await this.api<{ instances: Named[] }>('GET', `/api/v1/applications/${this.application.id}/instances`)
        const instance = instances.find(other => other.name === name) ?? await createInstance(this.url, this.world.admin, this.application.id, name)
        return startInstance(this, instance.id, this.data)
    }

    /**
     * Waits until an instance is in a state ("running", "suspended", …) and tells how it is then.
     * @throws Error naming the last state and the instance's log when that takes too long, or when the instance has given up
     */
    waitForState (instanceId: string, state: string): Promise<Instance> {
        return waitForState(this, instanceId, state, this.data)
    }

    /** Makes a user who is in the team with that role; the one made before under that name, also by an earlier start. Four at most. */
    async createUser (username: string, role: keyof typeof ROLES): Promise<User> {
        const known = this.world.users[username]
        if (known && known.role !== role) throw new Error(`The user ${username} is already there as ${known.role}, not as ${role}: take another name.`)
        const user = known ?? { ...await createMember(this.url, this.world.admin, this.team.id, username, ROLES[role]), role }
        this.world.users[username] = user
        writeWorld(this.data, this.world)
        return { username: user.username, password: user.password, token: user.token }
    }

    /** Stops the platform and every instance; resolves when no process is left. The data folder can be started again. */
    stop (): Promise<void> {
        this.stopping ??= this.flowfuse.stop().finally(this.release)
        return this.stopping
    }
}

/**
 * Starts a platform on 127.0.0.1 and waits until its instance runs. A data folder that was used before is taken up with
 * everything in it; that its instance cannot run as it was left is then told in the log and no error. Several platforms run
 * at once when each has its own folder. When this process ends without `stop`, the platform and its instances end by themselves.
 * @throws Error naming what did not start, why, and the log
 */
export async function startPlatform (options: PlatformOptions): Promise<Platform> {
    const log = options.log ?? (() => {})
    mkdirSync(join(options.data, 'logs'), { recursive: true, mode: 0o700 })
    const data = realpathSync(options.data)
    const release = takeLock(join(data, 'platform.lock'))
    let flowfuse: FlowFuseProcess | undefined
    try {
        const versions = readVersions(options.home)
        const known = readWorld(data)
        if (known && JSON.stringify(known.versions) !== JSON.stringify(versions)) {
            throw new Error(`${data} was made by FlowFuse ${known.versions.flowfuse} with Node-RED ${known.versions.nodeRed}, and now ` +
                `${versions.flowfuse} with ${versions.nodeRed} is installed: delete the folder and start again.`)
        }
        const ports = await preparePorts(options.home, data, known?.ports)
        prepareFolder(options.home, data, ports, !known)

        const url = `http://127.0.0.1:${ports.platform}`
        const logs = join(data, 'logs/flowfuse.log')
        const firstPassword = newPassword()
        log(`Starting FlowFuse ${versions.flowfuse} at ${url}`)
        flowfuse = await startFlowFuse(options.home, data, url, firstPassword, logs, options.interrupted)
        if (!known) log('Making a team, an application and an instance')
        const world = known ? { ...known, ports } : await createWorld(url, firstPassword, versions, ports)
        writeWorld(data, world)
        options.interrupted?.throwIfAborted()
        log(`Waiting for the instance ${world.instance.name}`)
        const api = <T>(method: string, path: string) => call<T>(url, world.admin, method, path)
        const instance = await startInstance({ api }, world.instance.id, data).catch(async (error: Error) => {
            // In a folder that was used before, what keeps it from running is its user's doing, and on the platform it can be mended.
            if (!known) throw error
            log(error.message)
            const { id, name, url: instanceUrl } = await readInstance({ api }, world.instance.id)
            return { id, name, url: instanceUrl }
        })
        return new Platform(url, instance, logs, data, world, flowfuse, release)
    } catch (error) {
        await flowfuse?.stop()
        release()
        throw error
    }
}

async function preparePorts (home: string, data: string, remembered?: Ports): Promise<Ports> {
    const ports = await findPorts(data, remembered)
    const database = join(data, 'var/forge.db')
    if (!remembered) {
        // A first start that was cut short left a database that nobody has the password of.
        for (const remains of [database, join(data, 'var/projects')]) rmSync(remains, { recursive: true, force: true })
    } else if (ports.instances !== remembered.instances && existsSync(database)) {
        await moveInstances(home, database, ports.instances - remembered.instances)
    }
    return ports
}
