import { fingerprint } from '../snapshot/canonical'
import type { NodeState } from '../snapshot/changes-since'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { idOf, type Capture } from './capture'
import { parsePieces } from './json-pieces'
import { Slice } from './slice'

/**
 * The nodes as far as they tell what changes between pushes. Read from what was captured, not from what runs by now, in slices: it takes
 * longer than the capture, so that nothing anybody waits for should wait for it.
 * @param key of the fingerprints
 */
export async function nodeStates ({ flowsJson, credentialsJson }: Pick<Capture, 'flowsJson' | 'credentialsJson'>, key: Uint8Array): Promise<NodeState[]> {
    const slice = new Slice()
    const states: NodeState[] = []
    const credentials = new Map<string, OpenCredentials[string]>()
    for (const part of parsePieces(credentialsJson) as Iterable<OpenCredentials>) {
        Object.entries(part).forEach(([id, open]) => credentials.set(id, open))
        await slice.rest()
    }
    for (const nodes of parsePieces(flowsJson) as Iterable<FlowNode[]>) {
        for (const node of nodes) {
            const id = idOf(node)
            if (id !== undefined) {
                const hash = fingerprint(key, node, credentials.get(id))
                states.push({ id, hash, name: nameOf(node), flow: typeof node.z === 'string' ? node.z : '' })
            }
            if (slice.isOver()) {
                await slice.rest()
            }
        }
    }
    return states
}

function nameOf ({ name, label, type }: FlowNode): string {
    return [name, label, type].find(text => typeof text === 'string' && text !== '') as string | undefined ?? ''
}
