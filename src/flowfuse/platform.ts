import semver from 'semver'
import { CodedError } from '../shared/errors'
import { asObject } from '../snapshot/parse'
import { callPlatform } from './http'
import { FlowFuseError } from './errors'

/** What is known of a server before anybody signs in. */
export interface Platform {
    origin: string
    /** `null` where the operator has switched the page off that tells it. */
    version: string | null
}

/**
 * Asks a server whether it is a FlowFuse, without a token (a bad one would make even the public settings 401).
 * @throws FlowFuseError `server-redirects` with `to`, `server-not-flowfuse`, or why it can't be reached
 */
export async function findPlatform (origin: string): Promise<Platform> {
    const settings = await orNotFlowFuse(origin, callPlatform(origin, null, { method: 'GET', path: '/api/v1/settings', what: 'settings' }))
    const known = typeof settings === 'object' && settings !== null && ('features' in settings || 'user:signup' in settings)
    if (!known) {
        throw new FlowFuseError('server-not-flowfuse', { server: origin }, { mayHaveArrived: true })
    }
    return { origin, version: await findVersion(origin) }
}

/** True from `version` on; an unknown version counts as the newest, and its answers decide. */
export function isAtLeast (platform: { version: string | null }, version: string): boolean {
    const known = semver.coerce(platform.version)
    return known === null || semver.gte(known, version)
}

/** The first version that keeps hidden variables hidden in snapshots. Before it, a hidden one arrives as an object for a value. */
export const keepsHiddenSince = '2.19.0'

/** The largest body that the platform reads, in bytes. An operator's proxy in front of it may take less. */
export function bodyLimit (platform: { version: string | null }): number {
    return (isAtLeast(platform, '2.20.0') ? 10 : 5) * 1024 * 1024
}

async function findVersion (origin: string): Promise<string | null> {
    try {
        const api = asObject(await callPlatform(origin, null, { method: 'GET', path: '/api/json', what: 'version' }), 'version')
        const version = asObject(api.info, 'version').version
        return typeof version === 'string' && semver.valid(semver.coerce(version)) !== null ? version.slice(0, 50) : null
    } catch {
        // The page may be switched off; what the server can do then shows in its answers.
        return null
    }
}

/** What answers, but not as FlowFuse's public settings do, is something else. */
async function orNotFlowFuse (origin: string, call: Promise<unknown>): Promise<unknown> {
    try {
        return await call
    } catch (error) {
        const refused = error instanceof FlowFuseError && error.platformStatus !== undefined && error.platformStatus < 500 &&
            !['server-redirects', 'rate-limited', 'proxy-failed'].includes(error.code)
        const unreadable = error instanceof CodedError && ['answer-unexpected', 'answer-hostile'].includes(error.code)
        if (refused || unreadable) {
            throw new FlowFuseError('server-not-flowfuse', { server: origin }, { mayHaveArrived: true, cause: error })
        }
        throw error
    }
}
