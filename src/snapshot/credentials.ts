/**
 * Node-RED's cipher for credentials, which FlowFuse shares: AES-256-CTR, the key is SHA-256 of the secret as UTF-8 (neither
 * trimmed nor normalised), the text is 32 hex digits of IV followed by base64. It has no integrity check: a wrong secret
 * shows only in a plain text that makes no sense.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { OpenCredentials, SealedCredentials } from './model'
import { isObject, unfit } from './parse'

const algorithm = 'aes-256-ctr'
const ivBytes = 16

/**
 * Credentials under a secret.
 * @param iv 16 bytes, random unless given; never use one twice with the same secret
 */
export function seal (credentials: OpenCredentials, secret: string, iv?: Uint8Array): SealedCredentials {
    return { $: sealText(JSON.stringify(credentials), secret, iv) }
}

/**
 * Credentials in clear, or null when the secret is wrong or the text is damaged. Since a wrong secret can give JSON by
 * chance (two bytes become a digit), only an object of objects without hostile keys is taken for credentials. An empty
 * `{}` stays a weak proof of the secret.
 */
export function open (sealed: SealedCredentials, secret: string): OpenCredentials | null {
    const plain = openText(sealed.$, secret)
    if (plain === null) { return null }
    let value: unknown
    try {
        value = JSON.parse(plain)
    } catch {
        return null
    }
    return isOpen(value) ? value : null
}

/** True for `{"$": text}`, whether or not the text can be opened. A node id cannot be mistaken for it: its value is an object. */
export function isSealed (value: unknown): value is SealedCredentials {
    return isObject(value) && Object.hasOwn(value, '$') && typeof value.$ === 'string'
}

/** The text of a hidden variable under a secret: the raw string, not JSON. An empty one is sealed as a bare IV. */
export function sealText (plain: string, secret: string, iv: Uint8Array = randomBytes(ivBytes)): string {
    const cipher = createCipheriv(algorithm, key(secret), iv)
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
    return Buffer.from(iv).toString('hex') + sealed.toString('base64')
}

/**
 * The text of a `$` for credentials that are JSON in pieces, piece by piece, so that neither the plain nor the sealed text is ever one
 * string. Joined, the pieces are what `sealText` gives for the joined JSON. Pure ASCII, nothing in it needs escaping in JSON.
 */
export function * sealPieces (pieces: Iterable<Uint8Array>, secret: string, iv: Uint8Array = randomBytes(ivBytes)): Generator<Buffer> {
    const cipher = createCipheriv(algorithm, key(secret), iv)
    yield Buffer.from(Buffer.from(iv).toString('hex'))
    let rest: Buffer = Buffer.alloc(0)
    for (const piece of pieces) {
        const sealed = Buffer.concat([rest, cipher.update(piece)])
        // Three bytes are four characters: whole groups only, so that no padding comes in between.
        const whole = sealed.length - sealed.length % 3
        rest = sealed.subarray(whole)
        yield Buffer.from(sealed.toString('base64', 0, whole))
    }
    yield Buffer.from(Buffer.concat([rest, cipher.final()]).toString('base64'))
}

/**
 * The plain text of a sealed text, or null when that is malformed or the result is no UTF-8, which is how most wrong
 * secrets show. A result is no proof of the right secret: check it with the credentials of the same snapshot.
 */
export function openText (sealed: string, secret: string): string | null {
    const iv = sealed.slice(0, 2 * ivBytes)
    const base64 = sealed.slice(2 * ivBytes)
    if (!/^[0-9a-f]{32}$/i.test(iv)) { return null }
    const bytes = Buffer.from(base64, 'base64')
    // Buffer skips what is no base64; writing it again shows whether there was any
    if (bytes.toString('base64') !== base64) { return null }
    const decipher = createDecipheriv(algorithm, key(secret), Buffer.from(iv, 'hex'))
    try {
        const plain = Buffer.concat([decipher.update(bytes), decipher.final()])
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain)
    } catch {
        return null
    }
}

/** True for an object of objects that is fit to be handled. No node has one of the refused ids. */
function isOpen (value: unknown): value is OpenCredentials {
    return isObject(value) && unfit(value) === null &&
        Object.values(value).every(isObject) &&
        !Object.hasOwn(value, 'constructor') && !Object.hasOwn(value, 'prototype')
}

function key (secret: string): Buffer {
    return createHash('sha256').update(secret, 'utf8').digest()
}
