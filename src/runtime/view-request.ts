import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import type { ViewSource } from '../shared/views'
import { parsePullRequest } from './pull-request'
import { fields, platformId, textField } from './push-request'

/*
 * Requests about views as the editor sends them, checked. Each throws CodedError `body-invalid`.
 */

/** @throws CodedError `id-invalid` */
export function parseViewSource (value: unknown): ViewSource {
    const { kind, id, ...rest } = fields(value)
    switch (kind) {
    case 'running':
        return { kind }
    case 'local':
        return { kind, id: platformId(id) }
    case 'remote':
        return { kind, ...parsePullRequest(rest) }
    default:
        throw new CodedError('body-invalid', { field: 'source' })
    }
}

/** As it was typed: blanks count. @throws CodedError `file-secret-long` */
export function parseFileSecret (body: unknown): string {
    const secret = textField(fields(body).secret, 'secret')
    if (secret === '') {
        throw new CodedError('body-invalid', { field: 'secret' })
    }
    if (secret.length > limits.fileSecretMost) {
        throw new CodedError('file-secret-long', { most: limits.fileSecretMost })
    }
    return secret
}

/** A file's name as the header has it, percent-encoded or not; it is shown and never used to find a file. */
export function fileNameOf (header: string | string[] | undefined): string {
    return typeof header === 'string' ? decoded(header).slice(0, limits.nameLength) : ''
}

function decoded (text: string): string {
    try {
        return decodeURIComponent(text)
    } catch {
        return text
    }
}
