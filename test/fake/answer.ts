/** What a route gives back: a JSON body, a text, or nothing at all. */
export interface Answer {
    status: number
    /** Sent as JSON, unless it is undefined. */
    json?: unknown
    /** Sent as it is, with `contentType`. */
    text?: string
    contentType?: string
    headers?: Record<string, string | string[]>
}

/** A failure of a route, thrown anywhere below it. `body` is sent as JSON. */
export class Refusal extends Error {
    readonly status: number
    readonly body: Record<string, unknown>

    constructor (status: number, body: Record<string, unknown>) {
        super(`${status} ${JSON.stringify(body)}`)
        this.status = status
        this.body = body
    }
}

export const ok = (json: unknown): Answer => ({ status: 200, json })
export const okay = (): Answer => ok({ status: 'okay' })
export const nothing = (status: number): Answer => ({ status })
export const redirect = (location: string): Answer => ({ status: 302, headers: { location } })

/** 401 and 403 have the same body: only the status tells them apart. */
const unauthorized = { code: 'unauthorized', error: 'unauthorized' }
export const notSignedIn = (): Refusal => new Refusal(401, unauthorized)
export const forbidden = (): Refusal => new Refusal(403, unauthorized)
export const notFound = (): Refusal => new Refusal(404, { code: 'not_found', error: 'Not Found' })

/** An error of the platform's own making: the text is in `error`. */
export const refused = (code: string, error: string, status = 400): Refusal => new Refusal(status, { code, error })

/** An error of the schema check: the text is in `message`. */
export const invalid = (message: string, code = 'FST_ERR_VALIDATION'): Refusal =>
    new Refusal(400, { code, error: 'Bad Request', message })

/** An error nobody caught. */
export function crashed (message: string, code?: string): Refusal {
    return new Refusal(500, { statusCode: 500, ...(code && { code }), error: 'Internal Server Error', message })
}
