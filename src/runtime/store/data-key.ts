import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CodedError } from '../../shared/errors'
import { readIfThere, setAside, writeWhole } from './files'
import { isSealed, openText, sealText, wrappingKey } from './sealing'

/**
 * The key that the store's secrets are sealed under: random, in its own file, wrapped by Node-RED's credential secret when there is
 * one, and wrapped anew when Node-RED moved to another. A key that can't be opened any more is kept aside, never overwritten.
 */
export class DataKey {
    private readonly file: string
    private making: Promise<unknown> = Promise.resolve()

    /** @param secrets Node-RED's present credential secrets, the one in use first; asked for each time, because they change. */
    constructor (folder: string, private readonly secrets: () => string[]) {
        this.file = join(folder, 'data-key.json')
    }

    /**
     * @returns the key, or null when there is none yet
     * @throws CodedError `store-sealed-otherwise` when it is there but no present secret opens it
     */
    async open (): Promise<Buffer | null> {
        const text = await readIfThere(this.file)
        if (text === null) {
            return null
        }
        const stored = parseKeyFile(text)
        if (stored.key !== undefined) {
            const key = Buffer.from(stored.key, 'base64')
            if (this.secrets().length > 0) {
                await this.write(key)
            }
            return key
        }
        for (const [index, secret] of this.secrets().entries()) {
            const opened = stored.wrapped === undefined ? null : openText(wrappingKey(secret), stored.wrapped, 'data-key')
            if (opened !== null) {
                const key = Buffer.from(opened, 'base64')
                if (index > 0) {
                    await this.write(key)
                }
                return key
            }
        }
        throw new CodedError('store-sealed-otherwise', {}, 409)
    }

    /** The key for sealing something new: the present one, or a new one when there is none or it can't be opened. */
    openOrMake (): Promise<Buffer> {
        // One after the other: of two keys made at once, one would be lost with all that was sealed under it.
        const made = this.making.then(() => this.openOrMakeNext())
        this.making = made.catch(() => undefined)
        return made
    }

    private async openOrMakeNext (): Promise<Buffer> {
        try {
            const key = await this.open()
            if (key !== null) {
                return key
            }
        } catch (error) {
            if (!(error instanceof CodedError) || error.code !== 'store-sealed-otherwise') {
                throw error
            }
            await setAside(this.file)
        }
        const key = randomBytes(32)
        await this.write(key)
        return key
    }

    private async write (key: Buffer): Promise<void> {
        const [secret] = this.secrets()
        const text = key.toString('base64')
        const content = secret === undefined ? { version: 1, key: text } : { version: 1, wrapped: sealText(wrappingKey(secret), text, 'data-key') }
        await writeWhole(this.file, JSON.stringify(content))
    }
}

function parseKeyFile (text: string): { key?: string, wrapped?: ReturnType<typeof sealText> } {
    try {
        const { key, wrapped } = JSON.parse(text) as Record<string, unknown>
        return typeof key === 'string' ? { key } : isSealed(wrapped) ? { wrapped } : {}
    } catch {
        // A damaged key file opens nothing: the same as one under another secret.
        return {}
    }
}
