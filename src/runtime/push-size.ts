import { bodyLimit } from '../flowfuse/platform'
import { CodedError, type ErrorAnswer } from '../shared/errors'

/** Why a body of so many bytes would be refused for its size, known before it is sent; null when nothing is known against it. */
export function sizeRefusal (bytes: number, server: string, platform: { version: string | null }): ErrorAnswer | null {
    const limit = bodyLimit(platform)
    if (bytes <= limit) {
        return null
    }
    return platform.version === null
        ? { code: 'request-too-large-unknown-limit', params: { server, size: megabytes(bytes) } }
        : { code: 'request-too-large', params: { server, size: megabytes(bytes), limit: megabytes(limit), version: platform.version } }
}

/** @throws CodedError `request-too-large`, `request-too-large-unknown-limit` */
export function refuseTooLarge ({ bytes }: { bytes: number }, { origin }: { origin: string }, platform: { version: string | null }): void {
    const refusal = sizeRefusal(bytes, origin, platform)
    if (refusal !== null) {
        throw new CodedError(refusal.code, refusal.params, 413)
    }
}

export function megabytes (bytes: number): string {
    return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
