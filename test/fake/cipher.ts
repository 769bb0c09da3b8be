import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { isObject, type Json } from './json'

/** Credentials as they lie in an instance or a snapshot: sealed under its secret, or (after an import) open. */
export type StoredCredentials = Json

const keyOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** Text → `32 hex digits of IV` + base64 of AES-256-CTR. An empty text gives the bare IV. */
export function sealText (text: string, secret: string): string {
    const iv = randomBytes(16)
    const cipher = createCipheriv('aes-256-ctr', keyOf(secret), iv)
    return iv.toString('hex') + Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

/** The reverse of `sealText`. A wrong secret gives garbage, not an error: CTR has no integrity. */
export function openText (sealed: string, secret: string): string {
    const decipher = createDecipheriv('aes-256-ctr', keyOf(secret), Buffer.from(sealed.slice(0, 32), 'hex'))
    return Buffer.concat([decipher.update(Buffer.from(sealed.slice(32), 'base64')), decipher.final()]).toString('utf8')
}

/** Any credentials, even already sealed ones (that is how they get sealed twice), as `{$}`. */
export function sealCredentials (credentials: Json, secret: string): { $: string } {
    return { $: sealText(JSON.stringify(credentials), secret) }
}

/** `{$}` → the JSON inside; throws SyntaxError when the secret is wrong. */
export function openCredentials (sealed: { $: string }, secret: string): Json {
    return JSON.parse(openText(sealed.$, secret)) as Json
}

/** True for `{$: text}`. */
export function isSealed (credentials: unknown): credentials is { $: string } {
    return isObject(credentials) && typeof credentials.$ === 'string'
}

/** Stored credentials in the open, whether they were stored sealed or not. */
export function openStored (credentials: StoredCredentials, secret: string): Json {
    return isSealed(credentials) ? openCredentials(credentials, secret) : credentials
}
