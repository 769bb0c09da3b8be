import { createHash } from 'node:crypto'
import { isObject } from '../snapshot/parse'
import type { LiveFlows } from './node-red-writing'

const pieceBytes = 64 * 1024
const nodesBetweenCuts = 50

/** Whether a text is the JSON of the flows that run, byte by byte, and without credentials inside of nodes. */
export function isTextOf (text: Buffer, { flows, rev }: LiveFlows): boolean {
    return createHash('sha256').update(text).digest('hex') === rev && !flows.some(node => isObject(node) && 'credentials' in node)
}

/**
 * Cuts the JSON of a flow array before nodes, into pieces of about 64 kB; the last one is the closing bracket.
 * A node that stands within another one, the same in every byte, may be taken for it: joined, the pieces are the text in any case.
 */
export function cutFlowText (text: Buffer, flows: LiveFlows['flows']): Buffer[] {
    const pieces: Buffer[] = []
    let start = 0
    let before = 0
    for (let index = nodesBetweenCuts; index < flows.length; index += nodesBetweenCuts) {
        // Whole, because the ids of nodes also stand in the outputs of subflows. No string holds it: a quote there has a backslash before it.
        const at = text.indexOf(`,${JSON.stringify(flows[index])}`, before)
        before = Math.max(before, at)
        if (at - start >= pieceBytes) {
            pieces.push(text.subarray(start, at))
            start = at
        }
    }
    return [...pieces, text.subarray(start, -1), text.subarray(-1)]
}
