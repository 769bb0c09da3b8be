import { createHmac, randomBytes } from 'node:crypto'
import type { FlowNode } from '../snapshot/model'
import { idOf } from './capture'
import type { NodeRed } from './node-red'
import { shortSliceMs, Slice } from './slice'

/** Tells nothing of what was marked, and is good until Node-RED ends. */
const key = randomBytes(32)

/** A mark of the credentials that run. Node-RED's revision is one of the flows alone: two marks tell whether credentials were deployed between. */
export class CredentialMark {
    readonly #hash = createHmac('sha256', key)
    #separator = '{'

    /** @param text of the node's credentials; nodes are told in the order of the flows, those without any and further ones of an id not at all */
    add (id: string, text: string): void {
        this.#hash.update(`${this.#separator}${JSON.stringify(id)}:${text}`)
        this.#separator = ','
    }

    end (): string {
        return this.#hash.update(this.#separator === ',' ? '}' : '{}').digest('base64')
    }
}

/** The mark of credentials that were captured: what is marked is the text that a capture makes of them. */
export function markOfCaptured (credentialsJson: Buffer[]): string {
    const hash = createHmac('sha256', key)
    credentialsJson.forEach(piece => hash.update(piece))
    return hash.digest('base64')
}

/** The mark of the credentials of flows that run. */
export async function markOf (nodeRed: Pick<NodeRed, 'credentials'>, flows: FlowNode[]): Promise<string> {
    const mark = new CredentialMark()
    const seen = new Set<string>()
    const slice = new Slice(shortSliceMs)
    for (const node of flows) {
        const id = idOf(node)
        if (id !== undefined && !seen.has(id)) {
            seen.add(id)
            const text = textOfCredentials(nodeRed.credentials(id))
            if (text !== '') { mark.add(id, text) }
        }
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return mark.end()
}

/** An entry without values is none. */
export function textOfCredentials (entry: Record<string, unknown> | undefined): string {
    return entry === undefined || Object.keys(entry).length === 0 ? '' : JSON.stringify(entry)
}
