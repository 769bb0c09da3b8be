import type { FlowNode } from '../snapshot/model'
import type { Slice } from './slice'

const pieceBytes = 64 * 1024

/** The JSON of the flows of a revision, byte by byte, without credentials inside of nodes. */
export interface FlowText { json: Buffer, rev: string }

/**
 * Cuts the JSON of a flow array before nodes, into pieces of 64 kB to about twice as much, or of one node that is larger; the last one is the
 * closing bracket. Joined, they are the text in any case; but where a node also stands within another one, the same in every byte, or the
 * flows are no longer those of the text, a piece may be part of a node or all of the rest. Rests as `slice` says.
 */
export async function cutFlowText (json: Buffer, flows: FlowNode[], slice: Slice): Promise<Buffer[]> {
    const pieces: Buffer[] = []
    const step = Math.max(1, Math.floor(pieceBytes / (json.length / flows.length)))
    let start = 0
    let before = 0
    for (let index = step; index < flows.length; index += step) {
        const node = JSON.stringify(flows[index])
        // Within a string each quote has a backslash before it: what begins so stands in none.
        if (!node.startsWith('{"')) { continue }
        // The whole node, because its id alone also stands in the outputs of a subflow.
        const at = json.indexOf(`,${node}`, before)
        if (at < 0) { break }
        before = at
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
