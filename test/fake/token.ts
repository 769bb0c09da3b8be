import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { User, World } from './world'

/** A personal access token, a plugin token of an OAuth sign-in, or the cookie of a web session. */
export interface Token {
    kind: 'pat' | 'oauth' | 'cookie'
    /** Only of personal access tokens. */
    id: string
    secret: string
    name: string
    userId: string
    /** Epoch ms. */
    expiresAt?: number
    refreshToken?: string
    readOnly: boolean
    /** Empty: all teams. */
    teamIds: string[]
}

export interface Caller {
    user: User
    token: Token
}

/** Life of a plugin token: 30 minutes. */
const PLUGIN_TOKEN_LIFE = 30 * 60 * 1000

/** The tokens and sessions of a world. */
export class Tokens {
    private readonly bySecret = new Map<string, Token>()
    private readonly world: World

    constructor (world: World) {
        this.world = world
    }

    /** Makes a personal access token; `options` may limit it. */
    createPersonal (
        userId: string,
        name: string,
        options: { expiresAt?: number, readOnly?: boolean, teamIds?: string[] } = {}
    ): Token {
        return this.add({ kind: 'pat', id: this.world.nextId('pat'), secret: `ffpat_${random()}`, name, userId, ...options })
    }

    createSession (userId: string): Token {
        return this.add({ kind: 'cookie', id: '', secret: `${random()}.${random()}`, name: '', userId })
    }

    createPlugin (userId: string): Token {
        return this.add({
            kind: 'oauth',
            id: '',
            secret: `ffu_${random()}`,
            name: 'ff-plugin',
            userId,
            refreshToken: `ffu_${random()}`,
            expiresAt: this.world.now() + PLUGIN_TOKEN_LIFE
        })
    }

    /** Replaces both tokens of a sign-in at once, also of an expired one that nobody has used since. */
    refresh (refreshToken: string): Token | undefined {
        const old = [...this.bySecret.values()].find((token) => token.refreshToken === refreshToken)
        if (!old) return undefined
        this.bySecret.delete(old.secret)
        return this.createPlugin(old.userId)
    }

    personalOf (userId: string): Token[] {
        return [...this.bySecret.values()].filter((token) => token.kind === 'pat' && token.userId === userId)
    }

    delete (secret: string): void {
        this.bySecret.delete(secret)
    }

    /** Makes a token expire now. */
    expire (secret: string): void {
        const token = this.bySecret.get(secret)
        if (token) token.expiresAt = this.world.now() - 1
    }

    /**
     * Who sends these headers: nobody ('anonymous'), someone unknown ('stranger'), or a user. A cookie wins over a token.
     * Looking at an expired token deletes it, and its refresh token with it.
     */
    identify (headers: IncomingHttpHeaders): Caller | 'anonymous' | 'stranger' {
        const cookie = /(?:^|;\s*)sid=([^;]+)/.exec(headers.cookie ?? '')?.[1]
        if (cookie) return this.callerOf(decodeURIComponent(cookie), ['cookie'])
        if (headers.authorization === undefined) return 'anonymous'
        const bearer = /^Bearer (\S+)$/.exec(headers.authorization)?.[1]
        return bearer ? this.callerOf(bearer, ['pat', 'oauth']) : 'stranger'
    }

    private callerOf (secret: string, kinds: Token['kind'][]): Caller | 'stranger' {
        const token = this.bySecret.get(secret)
        if (!token || !kinds.includes(token.kind)) return 'stranger'
        if (token.expiresAt !== undefined && token.expiresAt <= this.world.now()) {
            this.bySecret.delete(secret)
            return 'stranger'
        }
        const user = this.world.users.get(token.userId)
        return user && !user.suspended ? { user, token } : 'stranger'
    }

    private add (token: Omit<Token, 'readOnly' | 'teamIds'> & Partial<Token>): Token {
        const complete: Token = { ...token, readOnly: token.readOnly ?? false, teamIds: token.teamIds ?? [] }
        this.bySecret.set(complete.secret, complete)
        return complete
    }
}

function random (): string {
    return randomBytes(32).toString('base64url')
}
