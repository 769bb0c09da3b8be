/** Snapshot files, as both sides of the admin routes see them. */
import type { ErrorAnswer } from './errors'
import type { Named } from './requests'
import type { PullOwnerKind } from './pull'
import type { ViewSource } from './views'

/** Content type of a snapshot file on its way to Node-RED: a page of another origin can't send it without being asked first. */
export const fileType = 'application/vnd.flowfuse-snapshot+json'

/** What of a snapshot goes into a file, or out of one. keys: names of variables, with empty values. */
export interface FileParts { flows: boolean, credentials: boolean, variables: 'all' | 'keys' | 'none' }

/** Where a file is made from: anything that can be viewed, or what is held as a view. */
export type FileSource = ViewSource | { kind: 'view', id: string }

/**
 * POST files/snapshot: the answer is the file as FlowFuse's own Upload takes it, named in Content-Disposition. `secret`: credentials and
 * hidden variables are sealed under it, at least `limits.fileSecretLength` characters without blanks at its ends.
 */
export interface SnapshotFileRequest { source: FileSource, parts: FileParts, secret: string }

/** POST files/package: a package.json with the modules. POST files/environment: an .env; without `values`, names alone. */
export interface PackageFileRequest { source: FileSource }
export interface EnvironmentFileRequest { source: FileSource, values: boolean }

/** POST uploads/plan: what uploading a view to an instance or device would do; the answer is an UploadPlan. */
export interface UploadPlanRequest { view: string, to: UploadTarget }
export interface UploadTarget { kind: PullOwnerKind, id: string }

export interface UploadPlan {
    to: Named & { kind: PullOwnerKind }
    /** import: all of it arrives. create: a new snapshot of the instance, without what `lacks` names. */
    way: 'import' | 'create'
    /** Why nothing can be uploaded there; null when nothing is known against it. */
    refused: ErrorAnswer | null
    lacks: Array<'settings' | 'hidden-flags' | 'modules-in-palette'>
    /** Variables that FlowFuse drops or that would be refused. */
    leftOut: string[]
    /** In bytes; what the server takes is `most`. */
    size: number
    most: number
}

/** POST uploads: the answer is an UploadAnswer. */
export interface UploadRequest { view: string, to: UploadTarget, name: string, description: string, parts: FileParts }
export interface UploadAnswer { snapshot: Named, way: UploadPlan['way'] }
