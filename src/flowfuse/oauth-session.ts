import { FlowFuseError } from './errors'
import { callPlatform, type PlatformRequest } from './http'
import { refreshTokens, type TokenPair } from './oauth'
import type { Session } from './session'

/** Two clocks, because each fails in a way of its own: the wall clock is set, the steady one stands still while a machine sleeps. */
export interface Clock {
    wall (): number
    steady (): number
}

/** Keeps a sign-in beyond this process. */
export interface PairKeeper {
    /** Resolves once the new refresh token is safely stored. The pair is not used before. */
    keep (refreshToken: string): Promise<void>
    /** The server has ended the sign-in. */
    signedOut (): Promise<void>
}

const minute = 60_000
/** With less than this left the tokens are replaced, as soon as no call is using them. */
const soon = 10 * minute
/** With less than this left no call begins: an upload that takes minutes must not arrive with an expired token. */
const atOnce = 5 * minute

const systemClock: Clock = { wall: () => Date.now(), steady: () => performance.now() }

/** An access token and when it was asked for. */
interface Fresh { pair: TokenPair, wall: number, steady: number, kept: boolean }

/**
 * An OAuth sign-in at one origin. There is one object for a sign-in, whoever calls, so that its tokens are replaced once for all.
 * Access tokens never leave this process and are never presented when they may have expired: that would destroy the refresh token with them.
 * After a start the first call therefore asks for new ones, because nothing tells for certain how long the process was away.
 */
export class OAuthSession implements Session {
    readonly kind = 'oauth'
    private fresh: Fresh | null
    private refreshing: Promise<void> | null = null
    private ended: FlowFuseError | null = null
    private readonly calls = new Set<Promise<unknown>>()
    private readonly clock: Clock

    /** @param options.pair the whole pair of `refreshToken`, when it was asked for just now */
    constructor (
        readonly origin: string, private refreshToken: string, private readonly keeper: PairKeeper,
        options: { pair?: TokenPair, clock?: Clock } = {}
    ) {
        const { pair = null, clock = systemClock } = options
        this.clock = clock
        this.fresh = pair === null ? null : { pair, wall: clock.wall(), steady: clock.steady(), kept: true }
    }

    /** @throws FlowFuseError `signed-out` once the server has ended the sign-in, from then on without asking it */
    async request (request: PlatformRequest): Promise<unknown> {
        for (;;) {
            this.throwIfEnded()
            const token = this.usableToken()
            if (token !== null) {
                return await this.call(token, request)
            }
            await this.refreshOnce().catch((error: unknown) => {
                throw error instanceof FlowFuseError ? error.beforeCall() : error
            })
        }
    }

    private async call (token: string, request: PlatformRequest): Promise<unknown> {
        const call = callPlatform(this.origin, token, request)
        this.calls.add(call)
        try {
            return await call
        } catch (error) {
            if (error instanceof FlowFuseError && error.platformStatus === 401) {
                throw await this.end(error.as('signed-out'))
            }
            throw error
        } finally {
            this.calls.delete(call)
        }
    }

    /** The access token, or null when it has to be replaced first. */
    private usableToken (): string | null {
        const { fresh } = this
        if (fresh === null || !fresh.kept || this.refreshing !== null) {
            return null
        }
        const left = this.left(fresh)
        const { lifeMs } = fresh.pair
        const usable = left > Math.min(soon, lifeMs / 3) || (left > Math.min(atOnce, lifeMs / 6) && this.calls.size > 0)
        return usable ? fresh.pair.accessToken : null
    }

    /** The worse of both clocks counts; a wall clock that was set back proves nothing any more. */
    private left ({ pair, wall, steady }: Fresh): number {
        const age = this.clock.wall() - wall
        return age < -minute ? 0 : pair.lifeMs - Math.max(age, this.clock.steady() - steady)
    }

    private refreshOnce (): Promise<void> {
        this.refreshing ??= this.refresh().finally(() => { this.refreshing = null })
        return this.refreshing
    }

    private async refresh (): Promise<void> {
        // The old token dies with the refresh: calls that carry it are let through first.
        await Promise.allSettled([...this.calls])
        this.throwIfEnded()
        // A pair that could not be stored is not used, but not thrown away either: the one before it is dead.
        if (this.fresh === null || this.fresh.kept) {
            const asked = { wall: this.clock.wall(), steady: this.clock.steady() }
            const pair = await refreshTokens(this.origin, this.refreshToken).catch(async (error: unknown) => {
                throw error instanceof FlowFuseError && error.code === 'signed-out' ? await this.end(error) : error
            })
            this.refreshToken = pair.refreshToken
            this.fresh = { pair, ...asked, kept: false }
        }
        await this.keeper.keep(this.refreshToken)
        this.fresh.kept = true
    }

    private async end (error: FlowFuseError): Promise<FlowFuseError> {
        if (this.ended === null) {
            this.ended = error
            this.fresh = null
            // Where that can't be written down, the server says it again after a restart.
            await this.keeper.signedOut().catch(() => undefined)
        }
        return error
    }

    private throwIfEnded (): void {
        if (this.ended !== null) {
            throw this.ended
        }
    }
}
