import { createHash } from 'node:crypto'
import { CodedError } from '../shared/errors'
import type { LocalRestoreRequest, RestoreResult, RestoreStepId, VariableChange } from '../shared/local'
import { beforeRestoreName } from '../shared/names'
import { validName, withheld } from '../snapshot/environment'
import { endlessIn } from '../snapshot/flow-circles'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { isObject } from '../snapshot/parse'
import { markOf, markOfCaptured } from './credential-mark'
import type { Progress } from './jobs'
import type { JournalEntry, PulledFrom } from './journal'
import { installModules, type WantedModule } from './module-install'
import type { LiveFlows, NodeRed } from './node-red'
import type { NodeRedWriting } from './node-red-writing'
import { wantedModules } from './replace-plan'
import { captureSafety, keepSafety, requireRevision, requireWriting, type RestoreParts } from './safety'
import type { KeptVariable } from './store/kept-variables'
import type { OpenedEnvironment, OpenedSnapshot } from './store/local-snapshots'
import { isStoredWhole, type StoredFile } from './stored-files'
import { takeBack, type Traces } from './take-back'

/** What is to run: a snapshot as it was asked for, fit to be deployed. */
export interface Wanted {
    name: string
    flows: FlowNode[]
    /** null: what Node-RED has is kept. */
    credentials: OpenCredentials | null
    /** The variables to keep in place of those that are kept now; null for these. */
    variables: (before: KeptVariable[]) => VariableChange[] | null
    /** Node-RED's revision of `flows`. */
    revision: string
    modules: WantedModule[]
}

/** What replaces what runs: `id` is the snapshot's. */
export interface Replacement {
    id: string
    /** What must run, which `wanted` is made for: its revision, and the mark of its credentials where `wanted` does not look at that. */
    rev: string
    credentialMark?: string
    pulled?: PulledFrom
    wanted: (live: LiveFlows) => Promise<Wanted>
}

/** Ids that Node-RED can't have credentials for: it reads them as something else. */
const unfitIds = new Set(['$', '__proto__', 'hasOwnProperty'])

export function replaceSteps ({ modules }: { modules?: string[] }): RestoreStepId[] {
    return ['plan', 'safety', ...(modules?.length ? ['install' as const] : []), 'variables', 'flows', 'read-back', 'take-back']
}

/** The result of a restore, undo or pull before its first step. */
export function nothingYet (id: string): RestoreResult {
    return { snapshot: { id, name: '' }, safety: null, rev: null, installed: [], afterRestart: [], takenBack: false, overtaken: false, modulesLeft: [] }
}

/**
 * Makes a local snapshot what runs: exactly its flows and credentials, and its variables.
 * @throws CodedError as `replaceBy`, `restore-needs-credentials`, `restore-without-credentials`, `module-…`, and what opening it throws
 */
export async function replace (parts: RestoreParts, id: string, request: LocalRestoreRequest, progress: Progress<'restore'>): Promise<void> {
    const { rev, credentialMark } = request
    const wanted = async () => await chosen(parts.nodeRed, await parts.snapshots.open(id), request)
    await replaceBy(parts, { id, rev, credentialMark, wanted }, progress)
}

/**
 * Makes what is wanted run. What ran before is kept as a safety snapshot first. A failure after the first write is taken back; what is
 * certain is in `progress.result`.
 * @throws CodedError what `restoreRefusal` says, `restore-moved`, `restore-unfit`, `subflow-in-itself`, `group-in-itself`,
 * `group-nowhere`, `flow-file-differs`, `restore-elsewhere`, `module-…`,
 * `restore-not-exact`, `take-back-failed`, what the store and a capture throw, and what `wanted` throws
 */
export async function replaceBy (parts: RestoreParts, replacement: Replacement, progress: Progress<'restore'>): Promise<void> {
    const { nodeRed, journal } = parts
    const { id, rev, credentialMark, pulled, wanted: want } = replacement
    progress.begin('plan')
    const writing = requireWriting(nodeRed)
    const live = await requireRevision(nodeRed, rev)
    await requireNoJournal(parts)
    // Reading one and capturing the other wait for files in turns.
    const [wanted, captured] = await Promise.all([want(live), captureSafety(parts, live)])
    const { credentialsJson } = captured.content
    const mark = credentialsJson === null ? await markOf(nodeRed, live.flows) : markOfCaptured(credentialsJson)
    if (credentialMark !== undefined && credentialMark !== mark) {
        throw new CodedError('restore-moved', {}, 409)
    }
    requireFit(wanted)
    progress.result.snapshot = { id, name: wanted.name }

    progress.begin('safety')
    const [safety, variables] = await Promise.all([keepSafety(parts, captured, beforeRestoreName(wanted.name)), parts.environment.text()])
    progress.result.safety = { id: safety.head.id, name: safety.head.name }
    const entry: JournalEntry = {
        kind: 'restore',
        ...pulled && { pulled },
        snapshot: { id, name: wanted.name },
        safety: progress.result.safety,
        revBefore: live.rev,
        revAfter: wanted.revision,
        files: safety.files,
        variables
    }
    await journal.open(entry)
    const traces: Traces = { installing: false, variables: false, flows: false }
    try {
        const deployed = await write(parts, writing, wanted, live.rev, traces, progress)
        progress.begin('read-back')
        await readBack(nodeRed, wanted, deployed, safety.files.credentials)
    } catch (error) {
        await takeBack(parts, writing, entry, { modules: wanted.modules, traces }, progress, error)
        throw error
    }
    progress.result.rev = wanted.revision
    await journal.closeForUndo()
}

/** @returns the revision that Node-RED has made of it */
async function write (
    parts: RestoreParts, writing: NodeRedWriting, wanted: Wanted, rev: string, traces: Traces, progress: Progress<'restore'>
): Promise<string | undefined> {
    const { nodeRed, kept, environment } = parts
    if (wanted.modules.length > 0) {
        progress.begin('install')
        traces.installing = true
        await installModules(nodeRed, writing, wanted.modules, progress.result)
    }
    progress.begin('variables')
    const before = await kept.list()
    const variables = wanted.variables(before)
    if (variables !== null && JSON.stringify(variables) !== JSON.stringify(before.map(({ name, hidden, value }) => ({ name, hidden, value })))) {
        traces.variables = true
        await environment.replaceAll(variables)
    }
    progress.begin('flows')
    const changed = wanted.credentials === null ? null : changedCredentials(nodeRed, wanted.flows, wanted.credentials)
    traces.flows = true
    return await writing.setFlows(wanted.flows, changed, rev).catch((error: unknown) => {
        // Refused under Node-RED's own lock, before anything was changed.
        traces.flows = !(error instanceof CodedError)
        throw error
    })
}

/**
 * @param before the credential file as it stood
 * @throws CodedError `restore-not-exact`; not when others have deployed since, who then have what they deployed
 */
async function readBack (nodeRed: NodeRed, wanted: Wanted, deployed: string | undefined, before: StoredFile): Promise<void> {
    const { name, flows, credentials, revision } = wanted
    const live = await nodeRed.liveFlows()
    const isOurs = live?.rev === revision
    const differs = isOurs && credentials !== null && Object.keys(changedCredentials(nodeRed, flows, credentials)).length > 0
    const isWhole = !isOurs || await isStoredWhole(nodeRed, live, before)
    if (deployed !== revision || differs || !isWhole) {
        throw new CodedError('restore-not-exact', { name }, 500)
    }
}

/** @throws CodedError `restore-elsewhere` while a journal is open: a safety snapshot would be in vain */
async function requireNoJournal ({ journal }: RestoreParts): Promise<void> {
    if ((await journal.found()).state !== 'none') {
        throw new CodedError('restore-elsewhere', {}, 409)
    }
}

async function chosen (nodeRed: NodeRed, opened: OpenedSnapshot, request: LocalRestoreRequest): Promise<Wanted> {
    const { head: { name }, env } = opened
    const lacks = await nodeRed.lacksCredentials()
    if (opened.credentials === null && lacks) {
        throw new CodedError('restore-needs-credentials', { name }, 409)
    }
    if (opened.credentials === null && !request.withoutCredentials) {
        throw new CodedError('restore-without-credentials', { name }, 409)
    }
    const modules = await wantedModules(nodeRed, opened, request.modules ?? [])
    return { name, variables: before => variablesOf(env, before), modules, credentials: opened.credentials, ...deployable(opened) }
}

/** A mixture of two sides may have a circle that neither has. */
function requireFit ({ name, flows, credentials }: Wanted): void {
    const endless = endlessIn(flows)
    if (endless !== null) {
        throw new CodedError(endless.code, { name, part: endless.part }, 409)
    }
    const unfit = Object.keys(credentials ?? {}).find(key => unfitIds.has(key))
    if (unfit !== undefined) {
        throw new CodedError('restore-unfit', { name, id: unfit }, 409)
    }
}

/** The flows without credentials inside of nodes, which Node-RED would take for typed in just now. */
function deployable ({ flows, flowsJson }: OpenedSnapshot): { flows: FlowNode[], revision: string } {
    const hash = createHash('sha256')
    if (!flows.some(node => isObject(node) && 'credentials' in node)) {
        flowsJson.forEach(piece => hash.update(piece))
        return { flows, revision: hash.digest('hex') }
    }
    const bare = flows.map(node => isObject(node) ? withoutCredentials(node) : node)
    return { flows: bare, revision: hash.update(JSON.stringify(bare)).digest('hex') }
}

function withoutCredentials ({ credentials: _inline, ...rest }: FlowNode): FlowNode {
    return rest
}

/** Entries that Node-RED has otherwise; an empty one takes away what it has. Compared as Node-RED compares them. */
function changedCredentials (nodeRed: NodeRed, flows: FlowNode[], wanted: OpenCredentials): OpenCredentials {
    const changed: OpenCredentials = {}
    for (const node of flows) {
        const id = node?.id
        if (typeof id !== 'string' && typeof id !== 'number') {
            continue
        }
        const there = Object.hasOwn(wanted, id) ? wanted[id] : undefined
        const here = nodeRed.credentials(String(id))
        // Most nodes have none.
        if ((there ?? here) !== undefined && JSON.stringify(there ?? {}) !== JSON.stringify(here ?? {})) {
            changed[id] = there ?? {}
        }
    }
    return changed
}

/** The variables to keep. What may never be set is left out; a hidden one that can't be opened keeps the value it has here, if any. */
export function variablesOf (env: OpenedEnvironment, before: KeptVariable[]): VariableChange[] {
    const here = new Set(before.map(variable => variable.name))
    return Object.entries(env).filter(([name]) => validName(name) && !withheld(name)).flatMap(([name, entry]): VariableChange[] => {
        if (typeof entry === 'string') {
            return [{ name, hidden: false, value: entry }]
        }
        return entry.value !== null ? [{ name, hidden: true, value: entry.value }] : here.has(name) ? [{ name, hidden: true }] : []
    })
}
