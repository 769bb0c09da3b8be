import { setImmediate as nextTick } from 'node:timers/promises'
import type { ViewNote } from '../shared/views'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { nestedSettings } from '../snapshot/settings'
import { capture } from './capture'
import { parsePieces } from './json-pieces'
import { installedModules } from './modules'
import type { NodeRed } from './node-red'
import { OpenedNodes, type NodesInPieces } from './opened-nodes'
import { credentialsOf } from './pull-nodes'
import { shownSettings, type OpenedExport } from './pull-opening'
import { ownSettings } from './runtime-settings'
import { Slice } from './slice'
import type { KeptVariable, KeptVariables } from './store/kept-variables'
import type { LocalSnapshots } from './store/local-snapshots'
import type { HeldView } from './view-held'

/** A view that is not held yet. */
export type Opened = Omit<HeldView, 'id' | 'until'>

/** What only a file may be otherwise. */
const whole = { sealed: null, flowsOnly: false }

/**
 * What runs here, with the variables that the plugin keeps. Where Node-RED could not decrypt its credentials it goes without them.
 * @param key of the fingerprints
 * @throws CodedError as `capture`, `store-read-failed`, `store-newer`
 */
export async function openRunning (nodeRed: NodeRed, kept: Pick<KeptVariables, 'list'>, key: Uint8Array): Promise<Opened> {
    const captured = await capture(nodeRed, { evenWithoutCredentials: true, withoutReferences: true })
    const [nodes, { modules }, variables] = await Promise.all([
        nodesOf(captured, key), installedModules(nodeRed, captured.modulesInUse), kept.list()
    ])
    const settings = nestedSettings(ownSettings(nodeRed).flatMap(({ key: name, value }) => value === null ? [] : [{ key: name, value }]))
    const missing = captured.withoutCredentials === true || (nodeRed.lostCredentials && nodes.counts.nodesWithCredentials === 0)
    const opened: OpenedExport = {
        about: { id: '', name: '', description: '', createdAt: '', updatedAt: '', username: null },
        ...nodes,
        env: environmentOf(variables),
        unfitVariables: [],
        modules,
        ownModules: modules,
        settings: shownSettings(settings),
        runtimeSettings: settings,
        members: {}
    }
    return viewOf(opened, { ...whole, from: { kind: 'running' }, bytes: captured.bytes, credentials: missing ? 'missing' : 'included' })
}

/** @throws CodedError as `LocalSnapshots.open` */
export async function openLocal (snapshots: Pick<LocalSnapshots, 'open'>, id: string, key: Uint8Array): Promise<Opened> {
    const { head, flows, credentials, env, modules, settings } = await snapshots.open(id)
    const { name, description, createdAt, updatedAt, bytes } = head
    const about = { id, name, description, createdAt, updatedAt }
    const nodes = await walk(flows, credentials ?? {}, key)
    const opened: OpenedExport = {
        about: { ...about, username: null },
        ...nodes,
        // Node-RED's own, of the order of keys that it had then.
        revision: head.revision,
        env,
        unfitVariables: [],
        modules,
        ownModules: modules,
        settings: shownSettings(settings),
        runtimeSettings: settings,
        members: about
    }
    return viewOf(opened, { ...whole, from: { kind: 'local', id }, bytes, credentials: head.credentials })
}

/** What is told of every snapshot alike. */
export function viewOf (opened: OpenedExport, rest: Pick<Opened, 'from' | 'bytes' | 'credentials' | 'sealed' | 'flowsOnly'>): Opened {
    const { name, description, createdAt, updatedAt, username } = opened.about
    const { oddIds, inline, unfitVariables } = opened
    const notes: ViewNote[] = []
    if (oddIds > 0) {
        notes.push({ code: 'odd-ids', params: { count: oddIds } })
    }
    if (inline > 0) {
        notes.push({ code: 'inline-credentials', params: { count: inline } })
    }
    if (unfitVariables.length > 0) {
        notes.push({ code: 'unfit-variables', params: { count: unfitVariables.length, names: listed(unfitVariables) } })
    }
    return { ...rest, name, description, createdAt, updatedAt, user: username === null ? null : { username }, opened, notes }
}

/** As many as a sentence can hold. */
function listed (names: string[]): string {
    const shown = names.slice(0, 20).map(name => name.slice(0, 100)).join(', ')
    return names.length > 20 ? `${shown}, …` : shown
}

async function nodesOf (captured: { flowsJson: Buffer[], credentialsJson: Buffer[] }, key: Uint8Array): Promise<NodesInPieces> {
    const credentials = await credentialsOf(captured)
    const nodes = new OpenedNodes(key)
    for (const part of parsePieces(captured.flowsJson) as Iterable<FlowNode[]>) {
        part.forEach(node => nodes.add(node, id => credentials.get(id)))
        await nextTick()
    }
    return nodes.end()
}

async function walk (flows: FlowNode[], credentials: OpenCredentials, key: Uint8Array): Promise<NodesInPieces> {
    const nodes = new OpenedNodes(key)
    const slice = new Slice()
    for (const node of flows) {
        nodes.add(node, id => Object.hasOwn(credentials, id) ? credentials[id] : undefined)
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return nodes.end()
}

/** Kept variables as a snapshot has them. Shown ones are never sealed. */
export function environmentOf (variables: KeptVariable[]): OpenedExport['env'] {
    return Object.fromEntries(variables.map(({ name, hidden, value }) => [name, hidden || value === null ? { hidden: true as const, value } : value]))
}
