import { CodedError, type ErrorCode, type ErrorParams } from '../shared/errors'

export interface FailureDetail {
    /** HTTP status of the platform's answer; absent when there was none. */
    platformStatus?: number
    /** False when the platform can't have had the whole request, so that it surely did nothing. */
    mayHaveArrived: boolean
    /** False when something before the call failed, so that the call itself was never made; default true. */
    begun?: boolean
    cause?: unknown
}

/** Every failure of a call to the platform. */
export class FlowFuseError extends CodedError {
    readonly platformStatus: number | undefined
    readonly mayHaveArrived: boolean
    readonly begun: boolean

    constructor (code: ErrorCode, params: ErrorParams, detail: FailureDetail) {
        // 502: for our own caller the fault lies behind us.
        super(code, params, 502, { cause: detail.cause })
        this.name = 'FlowFuseError'
        this.platformStatus = detail.platformStatus
        this.mayHaveArrived = detail.mayHaveArrived
        this.begun = detail.begun ?? true
    }

    /** The same failure under a more telling code. */
    as (code: ErrorCode, params: ErrorParams = {}): FlowFuseError {
        return new FlowFuseError(code, { ...this.params, ...params }, {
            platformStatus: this.platformStatus, mayHaveArrived: this.mayHaveArrived, begun: this.begun, cause: this
        })
    }

    /** The same failure for a call that this one had to come before. */
    beforeCall (): FlowFuseError {
        return new FlowFuseError(this.code, this.params, { platformStatus: this.platformStatus, mayHaveArrived: false, begun: false, cause: this })
    }
}

/**
 * True when it is not known whether the platform did what it was asked: a gateway's 502 to 504, no answer, and a success that can't be read
 * say nothing about that.
 */
export function isLost (error: FlowFuseError): boolean {
    const { platformStatus } = error
    return error.mayHaveArrived && (platformStatus === undefined || platformStatus > 500 || platformStatus < 300)
}

/** True for a 500: the platform failed at some point, and may have done by then what it was asked. What is there now is the whole effect. */
export function isHalfDone (error: FlowFuseError): boolean {
    return error.mayHaveArrived && error.platformStatus === 500
}

/** Runs a call and renames its 404: which thing is gone. */
export async function naming<T> (call: Promise<T>, { gone }: { gone: ErrorCode }): Promise<T> {
    try {
        return await call
    } catch (error) {
        throw error instanceof FlowFuseError && error.platformStatus === 404 ? error.as(gone) : error
    }
}

/** Node's and OpenSSL's codes for a failed connection → our code. */
const connectionCodes: Record<string, ErrorCode> = {
    ECONNREFUSED: 'server-refused-connection',
    ENOTFOUND: 'server-name-unknown',
    EAI_AGAIN: 'server-name-unknown',
    ETIMEDOUT: 'server-timeout',
    ECONNABORTED: 'server-timeout',
    ERR_CANCELED: 'server-timeout',
    ECONNRESET: 'server-cut',
    EPIPE: 'server-cut',
    ERR_BAD_RESPONSE: 'server-cut',
    ERR_STREAM_PREMATURE_CLOSE: 'server-cut'
}

/** Our code for a call that brought no answer. */
export function connectionErrorCode (nodeCode: string): ErrorCode {
    const known = connectionCodes[nodeCode]
    if (known !== undefined) {
        return known
    }
    const tls = /CERT|TLS|SSL|EPROTO|UNABLE_TO|SELF_SIGNED/.test(nodeCode)
    const notHttp = nodeCode.startsWith('HPE_')
    return tls ? 'server-tls' : notHttp ? 'server-not-flowfuse' : 'server-unreachable'
}

/**
 * The platform's own words for a refusal. Its errors come in four shapes (see test/contract/README.md); the human text is the first
 * of `message`, `description`, `error`.
 * @param open takes out what nobody may read, before the text is cut
 */
export function platformMessage (body: unknown, open = (text: string) => text): string {
    if (typeof body !== 'object' || body === null) {
        return ''
    }
    const { message, description, error } = body as Record<string, unknown>
    const text = [message, description, error].find(candidate => typeof candidate === 'string' && candidate !== '')
    return typeof text === 'string' ? open(text).slice(0, 500) : ''
}
