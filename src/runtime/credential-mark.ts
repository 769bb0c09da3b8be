import { createHmac, randomBytes } from 'node:crypto'

/** Tells nothing of what was marked, and is good until Node-RED ends. */
const key = randomBytes(32)

/** A mark of the credentials that run. Node-RED's revision is one of the flows alone: two marks tell whether credentials were deployed between. */
export class CredentialMark {
    readonly #hash = createHmac('sha256', key)

    /** @param text of the node's credentials; nodes are told in the order of the flows, those without any and further ones of an id not at all */
    add (id: string, text: string): void {
        this.#hash.update(JSON.stringify([id, text]))
    }

    end (): string {
        return this.#hash.digest('base64')
    }
}
