import { createHash } from 'node:crypto'
import type { LocalModule, VariableChange } from '../shared/local'
import type { PullParts, PullReplaceRequest } from '../shared/pull'
import { CodedError } from '../shared/errors'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { idOf } from './capture'
import type { Progress } from './jobs'
import { JsonPieces } from './json-pieces'
import type { LiveFlows, NodeRed } from './node-red'
import { pullModules } from './pull-compare'
import { credentialsOf, flowsOf } from './pull-nodes'
import type { Pull } from './pull-prepared'
import { replaceBy, variablesOf, type Wanted } from './replace'
import { requireInstall, tickedModules } from './replace-plan'
import type { RestoreParts } from './safety'
import { Slice } from './slice'
import type { KeptVariable } from './store/kept-variables'

/** Where each of the resulting nodes gets its credentials from. */
type CredentialSource = (id: string) => 'here' | 'there' | 'none'

interface Result { flows: FlowNode[], revision: string, source: CredentialSource }

/**
 * Makes the chosen parts of a snapshot run, as a restore does: a safety snapshot first, everything taken back on a failure, undone by undo.
 * @throws CodedError as `replaceBy`, `restore-needs-credentials`, `install-refused`, `module-…`
 */
export async function replaceByPull (parts: RestoreParts, pull: Pull, request: PullReplaceRequest, progress: Progress<'restore'>): Promise<void> {
    const { id } = pull.snapshot
    await replaceBy(parts, { id, rev: request.rev, wanted: live => wantedOf(parts.nodeRed, pull, request, live) }, progress)
}

async function wantedOf (nodeRed: NodeRed, pull: Pull, request: PullReplaceRequest, live: LiveFlows): Promise<Wanted> {
    const { opened, snapshot: { name } } = pull
    const { parts, mine } = request
    const keepsHere = !parts.flows || mine.length > 0 || parts.credentials === 'mine'
    if (keepsHere && await nodeRed.lacksCredentials()) {
        throw new CodedError('restore-needs-credentials', { name }, 409)
    }
    const { flows, revision, source } = await resultOf(nodeRed, pull, request, live)
    const there = await credentialsOf(opened)
    return {
        name,
        flows,
        revision,
        credentials: credentialsFor(nodeRed, flows, there, source),
        variables: before => variablesFor(parts.variables, opened.env, before),
        modules: await modulesFor(nodeRed, pull, request.modules ?? [])
    }
}

async function resultOf (nodeRed: NodeRed, { opened }: Pull, { parts, mine }: PullReplaceRequest, live: LiveFlows): Promise<Result> {
    const there = await flowsOf(opened)
    const withCredentials = await credentialsOf(opened)
    const typesHere = new Map(live.flows.map(node => [idOf(node), node?.type]))
    const typesThere = new Map(there.map(node => [idOf(node), node.type]))
    const isOnBoth = (id: string) => typesHere.has(id) && typesHere.get(id) === typesThere.get(id)
    const source: CredentialSource = id => withCredentials.has(id) ? 'there' : isOnBoth(id) && parts.credentials === 'theirs' ? 'here' : 'none'
    void mine
    void nodeRed
    return { flows: there, revision: opened.revision, source }
}

function credentialsFor (nodeRed: NodeRed, flows: FlowNode[], there: Map<string, OpenCredentials[string]>, source: CredentialSource): OpenCredentials {
    const entries = flows.flatMap((node): Array<[string, OpenCredentials[string]]> => {
        const id = idOf(node)
        const from = id === undefined ? 'none' : source(id)
        const entry = id === undefined || from === 'none' ? undefined : from === 'here' ? nodeRed.credentials(id) : there.get(id)
        return id === undefined || entry === undefined ? [] : [[id, entry]]
    })
    return Object.fromEntries(entries)
}

function variablesFor (rule: PullParts['variables'], env: Pull['opened']['env'], before: KeptVariable[]): VariableChange[] | null {
    if (rule === 'none') {
        return null
    }
    const theirs = variablesOf(env, before)
    if (rule === 'all') {
        return theirs
    }
    const here = new Set(before.map(({ name }) => name))
    const added = theirs.filter(({ name }) => !here.has(name)).map(({ name, hidden }) => ({ name, hidden, value: '' }))
    return added.length === 0 ? null : [...before.map(({ name, hidden }) => ({ name, hidden })), ...added]
}

async function modulesFor (nodeRed: NodeRed, { opened, snapshot }: Pull, ticked: string[]): Promise<Wanted['modules']> {
    if (ticked.length === 0) {
        return []
    }
    requireInstall(nodeRed)
    const offered: LocalModule[] = (await pullModules(nodeRed, opened)).filter(({ state }) => state !== 'same' && state !== 'here-only')
    return tickedModules(offered, ticked, snapshot.name)
}

/** As Node-RED computes it. */
export async function revisionOf (flows: FlowNode[]): Promise<string> {
    const hash = createHash('sha256')
    const pieces = new JsonPieces('[]', hash)
    const slice = new Slice()
    for (const node of flows) {
        pieces.add(node)
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    pieces.end()
    return hash.digest('hex')
}
