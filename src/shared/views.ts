/**
 * Looking at snapshots and comparing them, as both sides of the admin routes see it: what runs here, a local snapshot, one on FlowFuse, or
 * a file, each opened once and held for its user. None of these carries a credential. Times are ISO 8601 strings.
 */
import type { PullCounts, PullOwnerKind } from './pull'
import type { Named } from './requests'

/** What can be looked at. A file comes as the body of POST views/file. */
export type ViewSource =
    | { kind: 'running' }
    | { kind: 'local', id: string }
    | { kind: 'remote', owner: { kind: PullOwnerKind, id: string }, snapshot: string }

/** POST views: opens a snapshot; the answer is a View. */
export interface ViewRequest { source: ViewSource }

/**
 * Answer of POST views, of POST views/file (its body is the file as it is, sent as `fileType`, its name percent-encoded in the header
 * `X-File-Name`), and of POST views/:id/secret. It lacks the flows: GET views/:id/flows (a JSON array of nodes without `credentials`).
 * DELETE views/:id lets go of it; it is forgotten by itself after `limits.preparedPullMs`, and when the user has `limits.views` newer ones.
 */
export interface View {
    id: string
    until: string
    from: ViewOrigin
    name: string
    description: string
    /** '' where nothing tells, as of what runs here. */
    createdAt: string
    updatedAt: string
    /** null: made by the platform itself, or not told. */
    user: { username: string } | null
    /** Size of the snapshot as JSON, in bytes. */
    bytes: number
    /** Node-RED's revision of the flows. */
    revision: string
    counts: PullCounts
    credentials: ViewCredentials
    variables: ViewVariable[]
    /** Versions, or ranges; null where it is not told. */
    modules: Record<string, string> | null
    /** FlowFuse's runtime settings that are no secrets, as text. */
    settings: Record<string, string | boolean>
    /** A file of which a part, credentials or hidden variables, can be opened by a secret that was not given yet. */
    sealed: boolean
    notes: ViewNote[]
}

/** Where it comes from; `name` is the file's, or of the instance or device. */
export type ViewOrigin =
    | { kind: 'running' }
    | { kind: 'local', id: string }
    | { kind: 'remote', owner: Named & { kind: PullOwnerKind }, snapshot: string }
    | { kind: 'file', name: string }

export interface ViewCredentials {
    /**
     * included: their nodes are in `marks`. missing: they could not be opened when it was made. locked: kept here under a former
     * secret. sealed: their secret was not given yet. not-told: the sign-in may not read them. none: the file has no place for them.
     */
    state: 'included' | 'missing' | 'locked' | 'sealed' | 'not-told' | 'none'
    /** Node id → a mark that is equal, among the views of one user, where the credentials are. */
    marks: Record<string, string>
}

export interface ViewVariable {
    name: string
    hidden: boolean
    /** null: hidden, or the user may not read values. */
    value: string | null
    /** Equal, among the views of one user, where the values are; null where the value is not known. */
    mark: string | null
}

/** The sentence is `viewNotes.<code>` in the catalog. */
export interface ViewNote { code: ViewNoteCode, params: Record<string, string | number> }
export const viewNoteCodes = ['flows-only', 'odd-ids', 'hidden-shown', 'secret-for-variables', 'another-secret', 'inline-credentials', 'unfit-variables', 'tabs-added'] as const
export type ViewNoteCode = (typeof viewNoteCodes)[number]

/** POST views/:id/secret: the secret of a file's credentials and hidden variables, checked. */
export interface ViewSecretRequest { secret: string }

/** POST views/:id/local: keeps it as a local snapshot; the answer is its LocalSummary. */
export interface ViewKeepRequest { name: string, description: string }

/** A pull may also come from a view: POST pull with this instead of a PullRequest. */
export interface PullOfViewRequest { view: string }
