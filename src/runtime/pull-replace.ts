import { createHash } from 'node:crypto'
import type { LocalModule, VariableChange } from '../shared/local'
import type { PullParts, PullReplaceRequest } from '../shared/pull'
import { CodedError } from '../shared/errors'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { planPull } from '../snapshot/plan'
import { idOf } from './capture'
import type { Progress } from './jobs'
import { JsonPieces } from './json-pieces'
import type { LiveFlows, NodeRed } from './node-red'
import { pullModules } from './pull-compare'
import { credentialsOf, flowsOf, textOfCredentials, withoutInline } from './pull-nodes'
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
    const keepsHere = !parts.flows || mine.length > 0 || request.otherwise === 'mine' || parts.credentials === 'mine'
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

/** The same plan as the preview showed, made of the same flows. */
async function resultOf (nodeRed: NodeRed, { opened }: Pull, request: PullReplaceRequest, live: LiveFlows): Promise<Result> {
    const { parts: { flows: takeFlows, credentials: rule }, mine, theirs, otherwise } = request
    const there = await flowsOf(opened)
    const here = live.flows.map(withoutInline)
    const { flows, credentialsFrom } = planPull({
        here, there, takeFlows, choices: { mine, theirs, otherwise }, credentials: { ...await credentialSets(nodeRed, here, opened), rule }
    })
    const isTheirs = flows.length === there.length && flows.every((node, index) => node === there[index])
    return { flows, revision: isTheirs ? opened.revision : await revisionOf(flows), source: id => credentialsFrom.get(id) ?? 'none' }
}

/** Which nodes have credentials on either side, and of which they are not the same. */
async function credentialSets (
    nodeRed: NodeRed, live: FlowNode[], opened: Pull['opened']
): Promise<{ here: Set<string>, there: Set<string>, differ: Set<string> }> {
    const there = await credentialsOf(opened)
    const here = new Set<string>()
    const differ = new Set<string>(there.keys())
    for (const id of new Set(live.map(idOf))) {
        const [now, then] = id === undefined ? ['', ''] : [textOfCredentials(nodeRed.credentials(id)), textOfCredentials(there.get(id))]
        if (id !== undefined && now !== '') {
            here.add(id)
        }
        if (id !== undefined) {
            differ[now === then ? 'delete' : 'add'](id)
        }
    }
    return { here, there: new Set(there.keys()), differ }
}

function credentialsFor (
    nodeRed: NodeRed, flows: FlowNode[], there: Map<string, OpenCredentials[string]>, source: CredentialSource
): OpenCredentials {
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
async function revisionOf (flows: FlowNode[]): Promise<string> {
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
