import { join } from 'node:path'
import { CodedError, type ErrorAnswer } from '../../shared/errors'
import type { Link, TargetNames } from '../../shared/requests'
import { isObject } from '../../snapshot/parse'
import type { DataKey } from './data-key'
import { readIfThere, setAside, writeWhole } from './files'
import { derivedKey, isSealed, openText, sealText, type Sealed } from './sealing'

/** What is remembered of one Node-RED user's sign-in. */
export interface StoredConnection {
    server: string
    user: { id: string, username: string, name: string }
    /** A personal access token, or the refresh token of an OAuth sign-in. */
    token: Sealed
    /** Absent for a token of which nothing else is known. */
    signIn?: StoredSignIn
    target: TargetNames | null
}

/** An OAuth sign-in has an id of its own, so that nothing that was begun with one is ever done to another. */
export type StoredSignIn = { kind: 'read-only-token' } | { kind: 'oauth', id: string, signedOut: boolean }

/** What is remembered of the last push to an instance. */
export interface StoredLink extends Link {
    /** Time of the last deploy on the instance as it was seen after the push, and again after its restore; absent in older files. */
    deployedAt?: string | null
}

/** An automatic push to an instance, and what it made there. */
export interface StoredAutoPush {
    on: boolean
    /** The Node-RED user it runs as, and that user's id on the platform: it never runs as anybody else. */
    user: string
    userId: string
    instance: { id: string, name: string }
    /** Why it has stopped. */
    stopped: ErrorAnswer | null
    /** A deploy changed something that is not pushed yet. */
    due: boolean
    /** Its snapshots, oldest first. */
    made: Array<{ id: string, name: string }>
    /** The name of one that was begun, until it is known what became of it. */
    making: string | null
}

interface ConnectionsFile {
    version: 1
    /** By Node-RED user; '' where Node-RED has no users. */
    users: Record<string, StoredConnection>
    /** Last push by `<server> <instance id>`: what this Node-RED is linked to, whoever pushed it. */
    links: Record<string, StoredLink>
    /** By `<server> <instance id>`; absent in older files. */
    autoPushes: Record<string, StoredAutoPush>
}

const fileName = 'connections.json'

/**
 * Sign-ins, targets and links, in one file below userDir. Tokens are sealed under the data key and bound to their user and server, so
 * that a changed file sends no token to another place. A file that can't be read is reported and set aside, never deleted.
 */
export class Connections {
    private readonly file: string
    private content: Promise<ConnectionsFile> | null = null
    private writing: Promise<void> = Promise.resolve()
    private unreadable: ErrorAnswer | null = null

    constructor (folder: string, private readonly dataKey: DataKey) {
        this.file = join(folder, fileName)
    }

    /** Reads what is there at start, so that the data key is wrapped anew while Node-RED still knows its former secret. */
    async load (): Promise<void> {
        await Promise.all([this.read(), this.dataKey.load()])
    }

    /** What went wrong when the file was read, until somebody connects again. */
    problem (): ErrorAnswer | null {
        return this.unreadable
    }

    async get (user: string): Promise<StoredConnection | null> {
        const { users } = await this.read()
        return own(users, user) ?? null
    }

    /** @throws CodedError `not-connected`, `store-sealed-otherwise` */
    async token (user: string): Promise<{ server: string, token: string, signIn?: StoredSignIn }> {
        const connection = await this.get(user)
        if (connection === null) {
            throw new CodedError('not-connected', {}, 409)
        }
        const token = openToken(await this.dataKey.keys(), user, connection)
        if (token === null) {
            throw new CodedError('store-sealed-otherwise', {}, 409)
        }
        const { server, signIn } = connection
        return { server, token, ...(signIn && { signIn }) }
    }

    /** How many sign-ins are sealed under a former credential secret of Node-RED. */
    async countLocked (): Promise<number> {
        const { users } = await this.read()
        const keys = await this.dataKey.keys()
        return Object.entries(users).filter(([user, connection]) => openToken(keys, user, connection) === null).length
    }

    /** The key of fingerprints of flows, derived from the data key; null before the first sign-in. @throws CodedError `store-sealed-otherwise` */
    async fingerprintKey (): Promise<Buffer | null> {
        const key = await this.dataKey.open()
        return key === null ? null : derivedKey(key, 'flowfuse-snapshots fingerprints')
    }

    async connect (user: string, connection: Omit<StoredConnection, 'token'>, token: string): Promise<void> {
        const key = await this.dataKey.openOrMake()
        const sealed = sealText(key, token, tokenContext(user, connection))
        await this.change(file => { file.users[user] = { ...connection, token: sealed } })
        this.unreadable = null
    }

    /**
     * The next refresh token of the OAuth sign-in `id`; null when the server has ended it.
     * @throws CodedError `not-connected` when the user has meanwhile signed in otherwise, or out
     */
    async renew (user: string, id: string, refreshToken: string | null): Promise<void> {
        const key = await this.dataKey.openOrMake()
        await this.change(file => {
            const connection = own(file.users, user)
            if (connection?.signIn?.kind !== 'oauth' || connection.signIn.id !== id) {
                throw new CodedError('not-connected', {}, 409)
            }
            connection.token = sealText(key, refreshToken ?? '', tokenContext(user, connection))
            connection.signIn.signedOut = refreshToken === null
        })
    }

    /** Forgets the token and everything else of this user's sign-in. */
    async disconnect (user: string): Promise<void> {
        await this.change(file => {
            delete file.users[user]
            Object.values(file.autoPushes).filter(each => each.user === user).forEach(each => { each.on = false })
        })
        this.unreadable = null
    }

    async autoPush (server: string, instanceId: string): Promise<StoredAutoPush | null> {
        const { autoPushes } = await this.read()
        return own(autoPushes, `${server} ${instanceId}`) ?? null
    }

    /** Those that are switched on and have not stopped. */
    async runningAutoPushes (): Promise<Array<StoredAutoPush & { server: string }>> {
        const { autoPushes } = await this.read()
        return Object.entries(autoPushes).filter(([, { on, stopped }]) => on && stopped === null)
            .map(([key, each]) => ({ ...structuredClone(each), server: key.slice(0, key.indexOf(' ')) }))
    }

    async setAutoPush (server: string, instanceId: string, autoPush: StoredAutoPush): Promise<void> {
        await this.change(file => { file.autoPushes[`${server} ${instanceId}`] = autoPush })
    }

    /** Changes what is remembered of an automatic push; nothing where there is none. */
    async changeAutoPush (server: string, instanceId: string, edit: (autoPush: StoredAutoPush) => void): Promise<void> {
        await this.change(file => {
            const stored = own(file.autoPushes, `${server} ${instanceId}`)
            if (stored !== undefined) {
                edit(stored)
            }
        })
    }

    async setTarget (user: string, server: string, target: TargetNames): Promise<void> {
        await this.change(file => {
            const connection = own(file.users, user)
            if (connection === undefined || connection.server !== server) {
                throw new CodedError('not-connected', {}, 409)
            }
            connection.target = target
        })
    }

    async link (server: string, instanceId: string): Promise<StoredLink | null> {
        const { links } = await this.read()
        return own(links, `${server} ${instanceId}`) ?? null
    }

    async setLink (server: string, instanceId: string, link: StoredLink): Promise<void> {
        await this.change(file => { file.links[`${server} ${instanceId}`] = link })
    }

    /** The other way round than `setLink`: what was pulled is forgotten for what was remembered before, unless something else came after it. */
    async takeLinkBack (server: string, instanceId: string, pulled: string, before: StoredLink | null): Promise<boolean> {
        const key = `${server} ${instanceId}`
        const isLast = ({ links }: ConnectionsFile) => own(links, key)?.snapshotId === pulled && own(links, key)?.pulledAt !== undefined
        if (!isLast(await this.read())) {
            return false
        }
        await this.change(file => {
            if (before === null) {
                delete file.links[key]
            } else {
                file.links[key] = before
            }
        })
        return true
    }

    /** Remembers a deploy on a linked instance as our own. */
    async setDeployedAt (server: string, instanceId: string, deployedAt: string | null): Promise<void> {
        await this.change(file => {
            const link = own(file.links, `${server} ${instanceId}`)
            if (link !== undefined) {
                link.deployedAt = deployedAt
            }
        })
    }

    private read (): Promise<ConnectionsFile> {
        this.content ??= this.readFile().catch((error: unknown) => {
            this.content = null
            throw error
        })
        return this.content
    }

    private async readFile (): Promise<ConnectionsFile> {
        const text = await readIfThere(this.file)
        if (text === null) {
            return emptyFile()
        }
        const parsed = parseFile(text)
        if (parsed === null) {
            const aside = await setAside(this.file)
            this.unreadable = { code: 'store-unreadable', params: { file: fileName, aside } }
            return emptyFile()
        }
        return parsed
    }

    /** Changes are made to a copy, one after the other; what could not be written is not believed. */
    private change (edit: (file: ConnectionsFile) => void): Promise<void> {
        this.writing = this.changeAfter(this.writing, edit)
        return this.writing
    }

    private async changeAfter (before: Promise<void>, edit: (file: ConnectionsFile) => void): Promise<void> {
        // Its own caller hears of the failure of the one before.
        await Promise.allSettled([before])
        const file = copyOf(await this.read())
        edit(file)
        await writeWhole(this.file, JSON.stringify(file, null, 2))
        this.content = Promise.resolve(file)
    }
}

function openToken (keys: Map<string, Buffer>, user: string, connection: StoredConnection): string | null {
    const context = tokenContext(user, connection)
    return [...keys.values()].map(key => openText(key, connection.token, context)).find(token => token !== null) ?? null
}

function tokenContext (user: string, { server, signIn }: Pick<StoredConnection, 'server' | 'signIn'>): string {
    return JSON.stringify(signIn?.kind === 'oauth' ? ['oauth', user, server, signIn.id] : ['token', user, server])
}

function emptyFile (): ConnectionsFile {
    return { version: 1, users: withoutPrototype({}), links: withoutPrototype({}), autoPushes: withoutPrototype({}) }
}

function copyOf ({ users, links, autoPushes }: ConnectionsFile): ConnectionsFile {
    const copy = <T> (map: Record<string, T>) => withoutPrototype(structuredClone(map))
    return { version: 1, users: copy(users), links: copy(links), autoPushes: copy(autoPushes) }
}

/** Names of users and servers are keys here: one of them may be `__proto__`. */
function withoutPrototype<T> (map: Record<string, T>): Record<string, T> {
    return Object.assign(Object.create(null) as Record<string, T>, map)
}

function parseFile (text: string): ConnectionsFile | null {
    try {
        const { version, users, links, autoPushes } = JSON.parse(text) as Record<string, unknown>
        if (version !== 1 || typeof users !== 'object' || users === null || typeof links !== 'object' || links === null) {
            return null
        }
        const usable = Object.values(users).every(isConnection)
        return usable
            ? {
                version: 1,
                users: withoutPrototype(users as ConnectionsFile['users']),
                links: withoutPrototype(links as ConnectionsFile['links']),
                // What can't be read counts as never switched on.
                autoPushes: withoutPrototype(Object.fromEntries(Object.entries(fieldsOf(autoPushes)).filter(isAutoPushEntry)))
            }
            : null
    } catch {
        // No JSON: as unreadable as JSON of another shape.
        return null
    }
}

function isConnection (value: unknown): value is StoredConnection {
    const { server, token, user, target, signIn } = fieldsOf(value)
    const { id, username, name } = fieldsOf(user)
    const targetIds = target === null ? [] : ['team', 'application', 'instance'].map(part => fieldsOf(fieldsOf(target)[part]).id)
    return isSealed(token) && (signIn === undefined || isSignIn(signIn)) && [server, id, username, name, ...targetIds].every(text => typeof text === 'string')
}

function isAutoPushEntry (entry: [string, unknown]): entry is [string, StoredAutoPush] {
    const { on, user, userId, instance, stopped, due, made, making } = fieldsOf(entry[1])
    const named = [instance, ...Array.isArray(made) ? made as unknown[] : [null]].map(fieldsOf)
    return typeof on === 'boolean' && typeof due === 'boolean' && [user, userId].every(text => typeof text === 'string') &&
        named.every(({ id, name }) => typeof id === 'string' && typeof name === 'string') &&
        (making === null || typeof making === 'string') && (stopped === null || (isObject(stopped) && typeof stopped.code === 'string' && isObject(stopped.params)))
}

function isSignIn (value: unknown): value is StoredSignIn {
    const { kind, id, signedOut } = fieldsOf(value)
    return kind === 'read-only-token' || (kind === 'oauth' && typeof id === 'string' && typeof signedOut === 'boolean')
}

function fieldsOf (value: unknown): Record<string, unknown> {
    return isObject(value) ? value : {}
}

function own<T> (map: Record<string, T>, key: string): T | undefined {
    return Object.hasOwn(map, key) ? map[key] : undefined
}
