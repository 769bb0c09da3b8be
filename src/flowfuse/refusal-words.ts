import { isObject } from '../snapshot/parse'

/** Shorter values stand in any text by chance. */
const shortestSecret = 4
/** Who cuts a value short leaves at least its beginning. */
const beginning = 8
/** No sentence is longer. What comes after that is not shown anyway. */
const longest = 10_000

const secretFields = new Set(['credentialSecret', 'credentials', 'env', 'refresh_token', 'code', 'code_verifier'])

/**
 * The words of a refusal without what was sent in confidence: a platform, or something before it, may tell in its answer what it was sent,
 * and its words go on to the browser.
 * @param secrets texts and numbers, anywhere within
 */
export function withoutSecrets (message: string, secrets: unknown): string {
    let words = message.slice(0, longest)
    for (const secret of leavesOf(secrets, true).filter(({ length }) => length >= shortestSecret).sort((one, other) => other.length - one.length)) {
        // As UTF-8 has it: half a character, which may be in what was sent, can't be encoded.
        const encoded = encodeURIComponent(Buffer.from(secret).toString())
        for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encoded])) {
            words = masked(words, form)
        }
    }
    return words
}

/** What is secret in a body that is sent as it is. */
export function secretsIn (body: Record<string, unknown> | undefined): string[] {
    return leavesOf(body, false)
}

/** @param isSecret whether all of it is; else what is in certain fields */
function leavesOf (value: unknown, isSecret: boolean): string[] {
    if (typeof value === 'string' || typeof value === 'number') {
        return isSecret ? [String(value)] : []
    }
    if (Array.isArray(value)) {
        return value.flatMap(each => leavesOf(each, isSecret))
    }
    return isObject(value) ? Object.entries(value).flatMap(([key, each]) => {
        const isListOfVariables = !isSecret && key === 'env' && Array.isArray(each)
        return leavesOf(isListOfVariables ? each.map(nameless) : each, isSecret || secretFields.has(key))
    }) : []
}

/** The name of a variable is no secret; what a credential holds under `name` is one. */
function nameless (variable: unknown): unknown {
    return isObject(variable) ? { ...variable, name: null } : variable
}

/** The text with `…` wherever the secret, or the beginning of it, stands. */
function masked (text: string, secret: string): string {
    const start = secret.slice(0, beginning)
    let result = ''
    let rest = text
    for (let at = rest.indexOf(start); at >= 0; at = rest.indexOf(start)) {
        let end = at + start.length
        while (end < rest.length && end - at < secret.length && rest[end] === secret[end - at]) {
            end++
        }
        result += `${rest.slice(0, at)}…`
        rest = rest.slice(end)
    }
    return result + rest
}
