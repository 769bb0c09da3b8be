import { createHmac } from 'node:crypto'
import type { Environment } from '../snapshot/model'
import { capture, type CaptureSource } from './capture'
import type { FlowText } from './flow-text'
import { installedModules } from './modules'
import type { NodeRed } from './node-red'
import { Slice } from './slice'
import type { DataKey } from './store/data-key'
import type { KeptVariables } from './store/kept-variables'
import type { LocalContent } from './store/local-snapshots'
import { derivedKey } from './store/sealing'

export interface LocalCaptureParts { nodeRed: NodeRed, dataKey: DataKey, kept: KeptVariables }

/**
 * What runs now, for a local snapshot: flows, credentials, installed modules and the variables that the plugin keeps. Where Node-RED could
 * not decrypt its credentials it goes without them. A variable that is sealed under a former secret is not in it.
 * @param flowText see `CaptureOptions`
 * @throws CodedError as `capture` does, except for credentials; `store-write-failed`, `store-read-failed`, `store-newer`
 */
export async function localContent (
    { nodeRed, dataKey, kept }: LocalCaptureParts, about: Pick<LocalContent, 'name' | 'description' | 'kind'>, flowText?: FlowText
): Promise<LocalContent> {
    const captured = await capture(nodeRed, { evenWithoutCredentials: true, withoutReferences: true, flowText })
    const [{ modules }, variables, key] = await Promise.all([installedModules(nodeRed, captured.modulesInUse), kept.list(), dataKey.openOrMake()])
    const env: Environment = Object.fromEntries(variables.flatMap(({ name, hidden, value }) =>
        value === null ? [] : [[name, hidden ? { hidden: true as const, value } : value]]))
    const { flows, nodes, nodesWithCredentials } = captured.counts
    // The deploy after a failed decryption overwrites Node-RED's file: what it then has is not what the flows had.
    const missing = captured.withoutCredentials === true || (nodeRed.lostCredentials && nodesWithCredentials === 0)
    return {
        ...about,
        revision: captured.revision,
        flowsJson: captured.flowsJson,
        credentialsJson: missing ? null : captured.credentialsJson,
        credentialsTag: missing ? '' : credentialsTag(key, captured.credentialsJson),
        counts: { flows, nodes, nodesWithCredentials, variables: Object.keys(env).length, modules: Object.keys(modules).length },
        env,
        modules
    }
}

/** Tells whether credentials are the same, without telling what they are. @param key the data key */
export function credentialsTag (key: Buffer, credentialsJson: Buffer[]): string {
    const tag = createHmac('sha256', derivedKey(key, 'flowfuse-snapshots credentials tag'))
    credentialsJson.forEach(piece => tag.update(piece))
    return tag.digest('hex')
}

/** What tells whether the running credentials changed: a keyed hash of all of them, in the order of the flows. Walks in slices. */
export async function runningCredentialsTag (nodeRed: CaptureSource, key: Uint8Array): Promise<string> {
    const hash = createHmac('sha256', key)
    const slice = new Slice()
    for (const { id } of (await nodeRed.liveFlows())?.flows ?? []) {
        const open = typeof id === 'string' || typeof id === 'number' ? nodeRed.credentials(String(id)) : undefined
        hash.update(open === undefined || Object.keys(open).length === 0 ? '' : `${JSON.stringify([id, open])}\n`)
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return hash.digest('hex')
}
