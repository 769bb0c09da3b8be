import type { IncomingMessage } from 'node:http'
import { invalid, Refusal } from './answer'
import type { Generation } from './generation'
import type { Json } from './json'

/** Reads a whole request. */
export async function readBody (request: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
}

/**
 * The value a request carries, as the platform's content type parsers see it; undefined without body.
 * `forms` tells whether form data is understood (only below /account).
 * Throws the 400 or 415 of the parser.
 */
export function parseBody (request: IncomingMessage, bytes: Buffer, generation: Generation, forms: boolean): Json | undefined {
    const type = mediaType(request)
    if (type === undefined && bytes.length === 0) return undefined
    if (type === 'application/json') return parseJson(request, bytes, generation)
    if (type === 'text/plain') return bytes.toString('utf8')
    if (type === 'application/x-www-form-urlencoded' && forms) {
        return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')))
    }
    throw new Refusal(415, {
        code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
        error: 'Unsupported Media Type',
        message: generation.codesInvalidJson ? 'Unsupported Media Type' : `Unsupported Media Type: ${type}`
    })
}

function parseJson (request: IncomingMessage, bytes: Buffer, generation: Generation): Json | undefined {
    if (bytes.length === 0) {
        if (request.method === 'DELETE' && !generation.refusesEmptyDelete) return undefined
        throw invalid("Body cannot be empty when content-type is set to 'application/json'", 'FST_ERR_CTP_EMPTY_JSON_BODY')
    }
    const text = bytes.toString('utf8')
    // The older platform counts the bytes of the decoded text: compressed data is no UTF-8 and comes out longer.
    if (!generation.codesInvalidJson && Buffer.byteLength(text) !== bytes.length) {
        throw invalid('Request body size did not match Content-Length', 'FST_ERR_CTP_INVALID_CONTENT_LENGTH')
    }
    try {
        const value = JSON.parse(text.replace(/^\uFEFF/, '')) as Json
        refusePrototypes(value)
        return value
    } catch (error) {
        if (generation.codesInvalidJson) {
            throw invalid("Body is not valid JSON but content-type is set to 'application/json'", 'FST_ERR_CTP_INVALID_JSON_BODY')
        }
        throw new Refusal(400, { error: 'Bad Request', message: (error as Error).message })
    }
}

/** One such key anywhere makes the platform refuse the whole body. */
function refusePrototypes (value: Json): void {
    if (typeof value !== 'object' || value === null) return
    if (Object.hasOwn(value, '__proto__')) throw new SyntaxError('Object contains forbidden prototype property')
    for (const item of Object.values(value)) refusePrototypes(item)
}

function mediaType (request: IncomingMessage): string | undefined {
    return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
}
