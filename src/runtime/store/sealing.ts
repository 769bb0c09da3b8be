import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** AES-256-GCM output, each part base64. */
export interface Sealed { iv: string, tag: string, data: string }

/** Seals a text under a 32-byte key; `context` must be the same at opening, so that a sealed text is worthless in another place. */
export function sealText (key: Buffer, text: string, context: string): Sealed {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
    const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return { iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') }
}

/** @returns the text, or null for another key, another context or a changed content */
export function openText (key: Buffer, sealed: Sealed, context: string): string | null {
    try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 })
            .setAAD(Buffer.from(context)).setAuthTag(Buffer.from(sealed.tag, 'base64'))
        return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8')
    } catch {
        // GCM says only that something is wrong, and all of it means the same to the caller.
        return null
    }
}

/** The key that wraps the data key, derived from Node-RED's credential secret. */
export function wrappingKey (credentialSecret: string): Buffer {
    return derivedKey(credentialSecret, 'flowfuse-snapshots data key')
}

/** A key for one purpose, from which neither the source nor the key for another purpose can be told. */
export function derivedKey (source: string | Buffer, purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', source, '', purpose, 32))
}

export function isSealed (value: unknown): value is Sealed {
    return typeof value === 'object' && value !== null &&
        ['iv', 'tag', 'data'].every(key => typeof (value as Record<string, unknown>)[key] === 'string')
}
