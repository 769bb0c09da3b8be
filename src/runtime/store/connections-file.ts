import { join } from 'node:path'
import type { ErrorAnswer } from '../../shared/errors'
import type { Link, TargetNames } from '../../shared/requests'
import { isObject } from '../../snapshot/parse'
import { readIfThere, setAside, writeWhole } from './files'
import { isSealed, type Sealed } from './sealing'

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
    /** Digest of nodes and credentials at the last look; absent in older files. */
    seen?: string
    /** Its snapshots, oldest first. */
    made: Array<{ id: string, name: string }>
    /** The name of one that was begun, until it is known what became of it. */
    making: string | null
}

/** All of the file. */
export interface StoredConnections {
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
 * The file below userDir with sign-ins, targets, links and automatic pushes. One that can't be read is reported and set aside, never deleted;
 * what can't be written is not believed.
 */
export class ConnectionsFile {
    private readonly file: string
    private content: Promise<StoredConnections> | null = null
    private writing: Promise<void> = Promise.resolve()
    protected unreadable: ErrorAnswer | null = null

    constructor (folder: string) {
        this.file = join(folder, fileName)
    }

    /** What went wrong when the file was read, until somebody connects again. */
    problem (): ErrorAnswer | null {
        return this.unreadable
    }

    protected read (): Promise<StoredConnections> {
        this.content ??= this.readFile().catch((error: unknown) => {
            this.content = null
            throw error
        })
        return this.content
    }

    private async readFile (): Promise<StoredConnections> {
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
    protected change (edit: (file: StoredConnections) => void): Promise<void> {
        this.writing = this.changeAfter(this.writing, edit)
        return this.writing
    }

    private async changeAfter (before: Promise<void>, edit: (file: StoredConnections) => void): Promise<void> {
        // Its own caller hears of the failure of the one before.
        await Promise.allSettled([before])
        const file = copyOf(await this.read())
        edit(file)
        await writeWhole(this.file, JSON.stringify(file, null, 2))
        this.content = Promise.resolve(file)
    }
}

/** Names of users and servers are keys here: none of them is taken for what every object has. */
export function own<T> (map: Record<string, T>, key: string): T | undefined {
    return Object.hasOwn(map, key) ? map[key] : undefined
}

function emptyFile (): StoredConnections {
    return { version: 1, users: withoutPrototype({}), links: withoutPrototype({}), autoPushes: withoutPrototype({}) }
}

function copyOf ({ users, links, autoPushes }: StoredConnections): StoredConnections {
    const copy = <T> (map: Record<string, T>) => withoutPrototype(structuredClone(map))
    return { version: 1, users: copy(users), links: copy(links), autoPushes: copy(autoPushes) }
}

/** Names of users and servers are keys here: one of them may be `__proto__`. */
function withoutPrototype<T> (map: Record<string, T>): Record<string, T> {
    return Object.assign(Object.create(null) as Record<string, T>, map)
}

function parseFile (text: string): StoredConnections | null {
    try {
        const { version, users, links, autoPushes } = JSON.parse(text) as Record<string, unknown>
        if (version !== 1 || typeof users !== 'object' || users === null || typeof links !== 'object' || links === null) {
            return null
        }
        const usable = Object.values(users).every(isConnection)
        return usable
            ? {
                version: 1,
                users: withoutPrototype(users as StoredConnections['users']),
                links: withoutPrototype(links as StoredConnections['links']),
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
    const { on, user, userId, instance, stopped, due, seen, made, making } = fieldsOf(entry[1])
    const named = [instance, ...Array.isArray(made) ? made as unknown[] : [null]].map(fieldsOf)
    return typeof on === 'boolean' && typeof due === 'boolean' && [user, userId].every(text => typeof text === 'string') &&
        named.every(({ id, name }) => typeof id === 'string' && typeof name === 'string') &&
        (seen === undefined || typeof seen === 'string') && (making === null || typeof making === 'string') &&
        (stopped === null || (isObject(stopped) && typeof stopped.code === 'string' && isObject(stopped.params)))
}

function isSignIn (value: unknown): value is StoredSignIn {
    const { kind, id, signedOut } = fieldsOf(value)
    return kind === 'read-only-token' || (kind === 'oauth' && typeof id === 'string' && typeof signedOut === 'boolean')
}

function fieldsOf (value: unknown): Record<string, unknown> {
    return isObject(value) ? value : {}
}
