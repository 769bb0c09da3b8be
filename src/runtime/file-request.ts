import type { EnvironmentFileRequest, FileParts, FileSource, PackageFileRequest, SnapshotFileRequest, UploadPlanRequest, UploadRequest, UploadTarget } from '../shared/files'
import { pullOwnerKinds } from '../shared/pull'
import { oneOf } from './pull-request'
import { fields, flag, platformId, snapshotDescription, snapshotName, textField } from './push-request'
import { parseViewSource } from './view-request'

/*
 * Requests for files and uploads as the editor sends them, checked. Each throws CodedError `body-invalid`, `id-invalid`.
 */

export function parseSnapshotFileRequest (body: unknown): SnapshotFileRequest {
    const { source, parts, secret } = fields(body)
    return { source: sourceOf(source), parts: partsOf(parts), secret: textField(secret, 'secret') }
}

export function parsePackageFileRequest (body: unknown): PackageFileRequest {
    return { source: sourceOf(fields(body).source) }
}

export function parseEnvironmentFileRequest (body: unknown): EnvironmentFileRequest {
    const { source, values } = fields(body)
    return { source: sourceOf(source), values: flag(values, 'values') }
}

export function parseUploadPlanRequest (body: unknown): UploadPlanRequest {
    const { view, to } = fields(body)
    return { view: platformId(view), to: targetOf(to) }
}

/** @throws CodedError also `name-empty`, `name-too-long`, `name-automatic`, `name-unusable`, `description-too-long` */
export function parseUploadRequest (body: unknown): UploadRequest {
    const { name, description, parts } = fields(body)
    return { ...parseUploadPlanRequest(body), name: snapshotName(name), description: snapshotDescription(description), parts: partsOf(parts) }
}

function sourceOf (value: unknown): FileSource {
    const { kind, id } = fields(value)
    return kind === 'view' ? { kind, id: platformId(id) } : parseViewSource(value)
}

function targetOf (value: unknown): UploadTarget {
    const { kind, id } = fields(value)
    return { kind: oneOf(kind, pullOwnerKinds, 'to'), id: platformId(id) }
}

function partsOf (value: unknown): FileParts {
    const { flows, credentials, variables } = fields(value)
    return {
        flows: flag(flows, 'parts'),
        credentials: flag(credentials, 'parts'),
        variables: oneOf(variables, ['all', 'keys', 'none'] as const, 'parts')
    }
}
