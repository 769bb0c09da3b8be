import type { LocalModule, VariableChange } from '../shared/local'
import type { PullParts, PullReplaceRequest } from '../shared/pull'
import { CodedError } from '../shared/errors'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { idOf } from './capture'
import { CredentialMark, textOfCredentials } from './credential-mark'
import type { Progress } from './jobs'
import type { LiveFlows, NodeRed } from './node-red'
import { pullModules, type Remembered } from './pull-compare'
import { compareNodes, credentialsOf, flowsOf, jsonOf } from './pull-nodes'
import type { PlannedReplace, PlanRequest } from './pull-plan'
import type { Pull } from './pull-prepared'
import { planOnThread } from './pull-thread'
import { replaceBy, variablesOf, type Wanted } from './replace'
import { requireInstall, tickedModules } from './replace-plan'
import type { RestoreParts } from './safety'
import { shortSliceMs, Slice } from './slice'
import type { KeptVariable } from './store/kept-variables'

interface Result { flows: FlowNode[], revision: string, credentialsFrom: PlannedReplace['credentialsFrom'] }

/** What a pull may only undo when the user says so: what was done here since the last push or pull. */
type Known = Remembered

/** Of a snapshot that does not tell of the other parts. */
const flowsAlone: Pick<PullParts, 'credentials' | 'variables'> = { credentials: 'theirs', variables: 'none' }

/**
 * Makes the chosen parts of a snapshot run, as a restore does: a safety snapshot first, everything taken back on a failure, undone by undo.
 * @param known of the last push or pull; what was done here since then has to be decided about
 * @throws CodedError as `replaceBy`, `restore-needs-credentials`, `pull-credentials-unknown`, `install-refused`, `module-…`, `pull-undecided`,
 * `pull-overrules`
 */
export async function replaceByPull (
    parts: RestoreParts, pull: Pull, request: PullReplaceRequest, progress: Progress<'restore'>, known: Known | null = null
): Promise<void> {
    const { server, snapshot: { id, owner } } = pull
    const pulled = { server, owner: owner.id, link: known?.link ?? null }
    const asked = pull.flowsOnly ? { ...request, parts: { ...request.parts, ...flowsAlone } } : request
    if (!pull.credentialsKnown && asked.parts.credentials === 'exactly') {
        throw new CodedError('pull-credentials-unknown', { name: pull.snapshot.name }, 409)
    }
    await replaceBy(parts, { id, rev: request.rev, pulled, wanted: live => wantedOf(parts.nodeRed, pull, asked, live, known) }, progress)
}

async function wantedOf (nodeRed: NodeRed, pull: Pull, request: PullReplaceRequest, live: LiveFlows, known: Known | null): Promise<Wanted> {
    const { opened, snapshot: { name } } = pull
    const { parts, mine } = request
    const keepsHere = !parts.flows || !pull.credentialsKnown || mine.length > 0 || request.otherwise === 'mine' || parts.credentials === 'mine'
    if (keepsHere && await nodeRed.lacksCredentials()) {
        throw new CodedError('restore-needs-credentials', { name }, 409)
    }
    const { flows, revision, credentialsFrom } = await resultOf(nodeRed, pull, request, live, known)
    const there = await credentialsOf(opened)
    return {
        name,
        flows,
        revision,
        credentials: credentialsFor(nodeRed, flows, there, credentialsFrom),
        variables: before => variablesFor(parts.variables, opened.env, before),
        modules: await modulesFor(nodeRed, pull, request.modules ?? [])
    }
}

/** The same plan as the preview showed, made of the same flows. */
async function resultOf (
    nodeRed: NodeRed, { opened, snapshot: { name }, credentialMark }: Pull, request: PullReplaceRequest, live: LiveFlows, known: Known | null
): Promise<Result> {
    const { parts: { flows: takeFlows, credentials: rule }, mine, theirs, otherwise } = request
    const base = known?.base ?? null
    const { sets, mark } = await credentialSets(nodeRed, live, opened)
    if (credentialMark !== undefined && credentialMark !== mark) {
        throw new CodedError('restore-moved', {}, 409)
    }
    const { undecided, overruled, flowsJson, revision, credentialsFrom } = await planOnThread({
        hereJson: await jsonOf(live), thereJson: opened.flowsJson, takeFlows, choices: { mine, theirs, otherwise },
        states: base && known && (await compareNodes(nodeRed, opened, base.inventory, known.key)).states,
        credentials: { ...sets, rule }
    })
    if (undecided > 0) {
        throw new CodedError('pull-undecided', { count: undecided, name }, 409)
    }
    if (overruled > 0) {
        throw new CodedError('pull-overrules', { count: overruled, name, base: base?.name ?? '' }, 409)
    }
    return flowsJson === null
        ? { flows: await flowsOf(opened), revision: opened.revision, credentialsFrom }
        : { flows: await flowsOf({ flowsJson }), revision, credentialsFrom }
}

interface CredentialSets { sets: Omit<PlanRequest['credentials'], 'rule'>, mark: string }

/** Which nodes have credentials on either side, and of which they are not the same. */
async function credentialSets (nodeRed: NodeRed, live: LiveFlows, opened: Pull['opened']): Promise<CredentialSets> {
    const there = await credentialsOf(opened)
    const here = new Set<string>()
    const differ = new Set<string>(there.keys())
    const mark = new CredentialMark()
    const slice = new Slice(shortSliceMs)
    for (const node of live.flows) {
        const id = idOf(node)
        const now = id === undefined ? '' : textOfCredentials(nodeRed.credentials(id))
        if (id !== undefined) {
            differ[now === textOfCredentials(there.get(id)) ? 'delete' : 'add'](id)
        }
        if (id !== undefined && now !== '' && !here.has(id)) {
            mark.add(id, now)
            here.add(id)
        }
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return { sets: { here, there: new Set(there.keys()), differ }, mark: mark.end() }
}

function credentialsFor (
    nodeRed: NodeRed, flows: FlowNode[], there: Map<string, OpenCredentials[string]>, sources: Result['credentialsFrom']
): OpenCredentials {
    const entries = flows.flatMap((node): Array<[string, OpenCredentials[string]]> => {
        const id = idOf(node)
        const from = id === undefined ? undefined : sources.get(id)
        const entry = id === undefined || from === undefined ? undefined : from === 'here' ? nodeRed.credentials(id) : there.get(id)
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
