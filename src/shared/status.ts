/** How what runs here stands to the snapshot that it is linked to, and the automatic push. Requests and answers of their routes. */
import type { ErrorAnswer } from './errors'
import type { Link, Named } from './requests'

/** What is asked of the server with a status: nothing, or one thing by one request. */
export const looks = ['nothing', 'snapshots', 'instance'] as const
export type Look = (typeof looks)[number]

/**
 * same: what runs here is what was pushed or pulled last, but for places and sizes. linked: no more can be told, because what that held is
 * not known here any more, or because the sign-in can't read it.
 */
export type Standing = 'same' | 'changed' | 'linked'

/** GET status?look=…: the target's. */
export interface Status {
    /** Id of the instance that it is about: another window may have chosen another one. */
    instance: string
    link: Link | null
    /** null without a link. */
    standing: Standing | null
    /** How many nodes, modules and sent variables changed since. */
    changes: number
    /** null where the snapshots were not looked at. */
    there: SnapshotsThere | null
    /** State of the instance; null where it was not looked at. */
    state: string | null
    automatic: AutoPush
}

/** How the instance's snapshots stand to the link. */
export interface SnapshotsThere {
    /** Id of the newest one; null where there is none. */
    newest: string | null
    /** The newest one that came after the one that is linked, captures before a restore aside; null where there is none, or no link. */
    newer: Named | null
    /** True where the linked one is not there any more. */
    gone: boolean
}

/** The automatic push to an instance. */
export interface AutoPush {
    on: boolean
    /** The Node-RED user it runs as; '' where Node-RED has no users, or it was never switched on. */
    by: string
    /** Whether that is who asks. */
    mine: boolean
    /** Why it has stopped, until it is switched on again; null when it has not. */
    stopped: ErrorAnswer | null
    /** Why the last push did not go through; null when it did. */
    failure: ErrorAnswer | null
    /** When the next attempt is due, ISO 8601; null when none is. */
    retryAt: string | null
    /** How many of its snapshots are there, as far as known here. */
    kept: number
}

/** PUT status/automatic-push: answered as GET status, without a look at the server. */
export interface AutoPushRequest { instanceId: string, on: boolean }

/** So many of its own snapshots an automatic push keeps. */
export const automaticPushesKept = 10
