import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CodedError } from '../../shared/errors'
import { asideMark, linkAside, namesIn, readIfThere, removeFile, setAside, writeNew, writeWhole } from './files'
import { derivedKey, isSealed, openText, sealText, wrappingKey, type Sealed } from './sealing'

/** A sealed text with the id of the key that opens it. */
export interface KeyedSealed extends Sealed { key: string }

const fileName = 'data-key.json'

/** A key as it was found in a file. */
interface Found {
    key: Buffer
    /** It is not wrapped by the secret that Node-RED uses first. */
    isStale: boolean
}

/**
 * The key that the store's secrets are sealed under: random, in its own file, wrapped by Node-RED's credential secret when there is
 * one, and wrapped anew when Node-RED moved to another. A key that can't be opened any more is kept aside, never overwritten, and opens
 * what it sealed again as soon as its secret is known.
 */
export class DataKey {
    private readonly file: string
    private writing: Promise<unknown> = Promise.resolve()

    /** @param secrets Node-RED's present credential secrets, the one in use first; asked for each time, because they change. */
    constructor (private readonly folder: string, private readonly secrets: () => string[]) {
        this.file = join(folder, fileName)
    }

    /**
     * Wraps all keys anew, kept-aside ones too, while Node-RED still knows the secret that they are wrapped by.
     * @throws CodedError `store-read-failed`, `store-write-failed`; `store-sealed-otherwise` when no present secret opens the present key
     */
    async load (): Promise<void> {
        for (const file of await this.files()) {
            await this.inTurn(() => this.wrapAnew(file))
        }
        await this.open()
    }

    /**
     * @returns the key, or null when there is none yet
     * @throws CodedError `store-sealed-otherwise` when it is there but no present secret opens it; `store-read-failed`
     */
    async open (): Promise<Buffer | null> {
        const text = await readIfThere(this.file)
        if (text === null) {
            return null
        }
        const found = unwrapped(text, this.secrets())
        if (found === null) {
            throw new CodedError('store-sealed-otherwise', {}, 409)
        }
        if (found.isStale) {
            // What can't be written now is tried again the next time; the key is there all the same.
            await this.inTurn(() => this.wrapAnew(this.file)).catch(() => undefined)
        }
        return found.key
    }

    /** The key for sealing something new: the present one, or a new one when there is none or it can't be opened. */
    async openOrMake (): Promise<Buffer> {
        return await this.openForSealing() ?? await this.inTurn(() => this.make())
    }

    /** Seals a text under the present key. @param context as of `sealText` */
    async seal (text: string, context: string): Promise<KeyedSealed> {
        const key = await this.openOrMake()
        return { key: keyId(key), ...sealText(key, text, context) }
    }

    /** Every key that a present secret opens, kept-aside ones too, by id, the present one first. @throws CodedError `store-read-failed` */
    async keys (): Promise<Map<string, Buffer>> {
        const keys = new Map<string, Buffer>()
        for (const file of await this.files()) {
            const found = unwrapped(await readIfThere(file) ?? '', this.secrets())
            if (found !== null) {
                keys.set(keyId(found.key), found.key)
            }
        }
        return keys
    }

    /**
     * Opens the keys that a former secret wraps, and has them wrapped by the present one from then on.
     * @throws CodedError `former-secret-wrong` when it wraps none; `store-read-failed`, `store-write-failed`
     */
    async takeFormerSecret (secret: string): Promise<void> {
        let opened = 0
        for (const file of await this.files()) {
            const text = await readIfThere(file) ?? ''
            if (unwrapped(text, this.secrets()) === null && unwrapped(text, this.secrets(), [secret]) !== null) {
                await this.inTurn(() => this.wrapAnew(file, [secret]))
                opened++
            }
        }
        if (opened === 0) {
            throw new CodedError('former-secret-wrong', {}, 409)
        }
    }

    private async openForSealing (): Promise<Buffer | null> {
        try {
            return await this.open()
        } catch (error) {
            if (error instanceof CodedError && error.code === 'store-sealed-otherwise') {
                return null
            }
            throw error
        }
    }

    /** What others made meanwhile is taken; what can't be opened is kept aside. */
    private async make (): Promise<Buffer> {
        for (;;) {
            const text = await readIfThere(this.file)
            const found = text === null ? null : unwrapped(text, this.secrets())
            if (found !== null) {
                return found.key
            }
            if (text !== null) {
                await setAside(this.file).catch(unlessGone)
            }
            const key = randomBytes(32)
            if (await writeNew(this.file, this.wrapped(key))) {
                return key
            }
        }
    }

    /** Whoever put another key there in between finds it kept aside; only the former wrapping of the same key goes. */
    private async wrapAnew (file: string, former: string[] = []): Promise<void> {
        const text = await readIfThere(file) ?? ''
        const found = unwrapped(text, this.secrets(), former)
        if (found?.isStale) {
            const before = await linkAside(file)
            await writeWhole(file, this.wrapped(found.key))
            if (before !== null && await readIfThere(before) === text) {
                await removeFile(before)
            }
        }
    }

    private wrapped (key: Buffer): string {
        const [secret] = this.secrets()
        const text = key.toString('base64')
        return JSON.stringify(secret === undefined ? { version: 1, key: text } : { version: 1, wrapped: sealText(wrappingKey(secret), text, 'data-key') })
    }

    /** The present key's file first, then those kept aside. */
    private async files (): Promise<string[]> {
        const aside = (await namesIn(this.folder)).filter(name => name.startsWith(`${fileName}${asideMark}`))
        return [fileName, ...aside.sort()].map(name => join(this.folder, name))
    }

    /** One after the other, so that of two keys made at once none is made in vain. */
    private inTurn<T> (work: () => Promise<T>): Promise<T> {
        const done = this.writing.then(work)
        this.writing = done.catch(() => undefined)
        return done
    }
}

/** Another process has set it aside already. */
function unlessGone (error: unknown): void {
    if (!(error instanceof CodedError) || error.params.reason !== 'ENOENT') {
        throw error
    }
}

/** The text that was sealed by `DataKey.seal`, or null when no key in `keys` opens it. */
export function openKeyed (keys: Map<string, Buffer>, sealed: KeyedSealed, context: string): string | null {
    const key = keys.get(sealed.key)
    return key === undefined ? null : openText(key, sealed, context)
}

export function isKeyedSealed (value: unknown): value is KeyedSealed {
    return isSealed(value) && 'key' in value && typeof value.key === 'string'
}

/** Names a key without telling it. */
function keyId (key: Buffer): string {
    return derivedKey(key, 'flowfuse-snapshots data key id').toString('hex').slice(0, 16)
}

/** The key in the text of a key file; null when no secret opens it, or when it is damaged, which is the same. */
function unwrapped (text: string, present: string[], former: string[] = []): Found | null {
    const stored = parseKeyFile(text)
    if (stored.key !== undefined) {
        return { key: Buffer.from(stored.key, 'base64'), isStale: present.length > 0 }
    }
    const { wrapped } = stored
    if (wrapped === undefined) {
        return null
    }
    for (const secret of [...present, ...former]) {
        const opened = openText(wrappingKey(secret), wrapped, 'data-key')
        if (opened !== null && isKey(opened)) {
            return { key: Buffer.from(opened, 'base64'), isStale: secret !== present[0] }
        }
    }
    return null
}

function isKey (text: string): boolean {
    return Buffer.from(text, 'base64').length === 32
}

function parseKeyFile (text: string): { key?: string, wrapped?: Sealed } {
    try {
        const { key, wrapped } = JSON.parse(text) as Record<string, unknown>
        return typeof key === 'string' && isKey(key) ? { key } : isSealed(wrapped) ? { wrapped } : {}
    } catch {
        return {}
    }
}
