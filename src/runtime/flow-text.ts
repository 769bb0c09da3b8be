import type { FlowNode } from '../snapshot/model'
import type { Slice } from './slice'

const pieceBytes = 64 * 1024
const nodesBetweenCuts = 50

/** The JSON of the flows of a revision, byte by byte, without credentials inside of nodes. */
export interface FlowText { json: Buffer, rev: string }

/**
 * Cuts the JSON of a flow array before nodes, into pieces of about 64 kB; the last one is the closing bracket. Rests as `slice` says.
 * A node that stands within another one, the same in every byte, may be taken for it: joined, the pieces are the text in any case.
 */
export async function cutFlowText (json: Buffer, flows: FlowNode[], slice: Slice): Promise<Buffer[]> {
    const pieces: Buffer[] = []
    let start = 0
    let before = 0
    for (let index = nodesBetweenCuts; index < flows.length; index += nodesBetweenCuts) {
        // Whole, because the ids of nodes also stand in the outputs of subflows. No string holds it: a quote there has a backslash before it.
        const at = json.indexOf(`,${JSON.stringify(flows[index])}`, before)
        before = Math.max(before, at)
        if (at - start >= pieceBytes) {
            pieces.push(json.subarray(start, at))
            start = at
        }
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return [...pieces, json.subarray(start, -1), json.subarray(-1)]
}
