import { CodedError } from '../../shared/errors'
import type { TargetNames } from '../../shared/requests'
import { own, type StoredConnection, type StoredSignIn } from './connections-file'
import type { DataKey } from './data-key'
import { Links } from './links'
import { derivedKey, openText, sealText } from './sealing'

/**
 * Sign-ins, targets and links, in one file below userDir. Tokens are sealed under the data key and bound to their user and server, so
 * that a changed file sends no token to another place.
 */
export class Connections extends Links {
    constructor (folder: string, private readonly dataKey: DataKey) {
        super(folder)
    }

    /** Reads what is there at start, so that the data key is wrapped anew while Node-RED still knows its former secret. */
    async load (): Promise<void> {
        await Promise.all([this.read(), this.dataKey.load()])
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

    async setTarget (user: string, server: string, target: TargetNames): Promise<void> {
        await this.change(file => {
            const connection = own(file.users, user)
            if (connection === undefined || connection.server !== server) {
                throw new CodedError('not-connected', {}, 409)
            }
            connection.target = target
        })
    }
}

function openToken (keys: Map<string, Buffer>, user: string, connection: StoredConnection): string | null {
    const context = tokenContext(user, connection)
    return [...keys.values()].map(key => openText(key, connection.token, context)).find(token => token !== null) ?? null
}

function tokenContext (user: string, { server, signIn }: Pick<StoredConnection, 'server' | 'signIn'>): string {
    return JSON.stringify(signIn?.kind === 'oauth' ? ['oauth', user, server, signIn.id] : ['token', user, server])
}
