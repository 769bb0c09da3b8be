import { CodedError } from '../shared/errors'
import type { LocalModule, LocalNote, LocalPlan } from '../shared/local'
import { canonical } from '../snapshot/canonical'
import { validName, withheld } from '../snapshot/environment'
import { idOf } from '../snapshot/flow-node'
import type { FlowNode, Modules, OpenCredentials } from '../snapshot/model'
import { fitsVersion } from '../snapshot/module-rules'
import { ModulesInUse } from '../snapshot/modules'
import { isObject } from '../snapshot/parse'
import { markOf, textOfCredentials } from './credential-mark'
import { Slice } from './slice'
import { installRefusal, moduleRefusal, versionHere, type WantedModule } from './module-install'
import type { NodeRed } from './node-red'
import { restoreRefusal, type RestoreParts } from './safety'
import type { LocalHead, OpenedEnvironment, OpenedSnapshot } from './store/local-snapshots'

/** What restoring a local snapshot here would do: names and counts only. `head` is for the summary of the snapshot. */
export type ReplacePlan = Omit<LocalPlan, 'snapshot'> & { head: LocalHead }

/** @throws CodedError `flows-not-loaded`, and what opening the snapshot throws */
export async function replacePlan (parts: RestoreParts, id: string): Promise<ReplacePlan> {
    const { nodeRed, kept, environment } = parts
    const opened = await parts.snapshots.open(id)
    const live = await nodeRed.liveFlows()
    if (live === null) {
        throw new CodedError('flows-not-loaded', {}, 409)
    }
    const inUse = new ModulesInUse()
    const compared = await compareFlows(live.flows, opened.flows, node => inUse.add(node))
    const lacks = await nodeRed.lacksCredentials()
    const modules = await differingModules(nodeRed, opened, inUse)
    return {
        head: opened.head,
        rev: live.rev,
        credentialMark: await markOf(nodeRed, live.flows),
        flows: compared,
        credentials: compareCredentials(nodeRed, live.flows, opened),
        variables: compareVariables(await kept.list(), opened.env, name => environment.isOverridden(name)),
        modules,
        installRefused: installRefusal(nodeRed),
        restoreRefused: restoreRefusal(nodeRed) ??
            (lacks && opened.credentials === null ? { code: 'restore-needs-credentials', params: { name: opened.head.name } } : null),
        notes: notesOf(nodeRed, opened, missingTypes(nodeRed, inUse), lacks)
    }
}

/**
 * The modules of the plan that the user has ticked.
 * @throws CodedError `install-refused`, `module-not-in-plan`, and what `moduleRefusal` says
 */
export async function wantedModules (nodeRed: NodeRed, opened: OpenedSnapshot, ticked: string[]): Promise<WantedModule[]> {
    if (ticked.length === 0) {
        return []
    }
    requireInstall(nodeRed)
    const inUse = new ModulesInUse()
    opened.flows.forEach(node => inUse.add(node))
    return tickedModules(await differingModules(nodeRed, opened, inUse), ticked, opened.head.name)
}

/** @throws CodedError `install-refused` */
export function requireInstall (nodeRed: NodeRed): void {
    const refusal = installRefusal(nodeRed)
    if (refusal !== null) {
        throw new CodedError(refusal.code, refusal.params, 409)
    }
}

/** @throws CodedError `module-not-in-plan`, and what `moduleRefusal` says */
export function tickedModules (differing: LocalModule[], ticked: string[], snapshotName: string): WantedModule[] {
    return ticked.map(name => {
        const module = differing.find(candidate => candidate.name === name)
        if (module === undefined) {
            throw new CodedError('module-not-in-plan', { module: name, name: snapshotName }, 409)
        }
        if (module.refused !== null) {
            throw new CodedError(module.refused.code, module.refused.params, 409)
        }
        return { name, version: module.version, here: module.here }
    })
}

/** Nodes count as the same by their id; of several with one id, the first is compared with the first, and so on. */
async function compareFlows (here: FlowNode[], there: FlowNode[], visit: (node: FlowNode) => void): Promise<LocalPlan['flows']> {
    const slice = new Slice()
    const known = new Map<string, FlowNode>()
    const keysHere = new Keys()
    for (const node of here) {
        known.set(keysHere.of(node), node)
    }
    const counts = { here: here.filter(isFlow).length, there: there.filter(isFlow).length, added: 0, removed: 0, changed: 0 }
    const keysThere = new Keys()
    for (const node of there) {
        visit(node)
        const key = keysThere.of(node)
        const other = known.get(key)
        known.delete(key)
        counts.added += other === undefined ? 1 : 0
        counts.changed += other !== undefined && !isSame(node, other) ? 1 : 0
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return { ...counts, removed: known.size }
}

function isFlow (node: FlowNode): boolean {
    return isObject(node) && node.type === 'tab'
}

function isSame (node: FlowNode, other: FlowNode): boolean {
    return JSON.stringify(node) === JSON.stringify(other) || canonical(bare(node)) === canonical(bare(other))
}

function bare (node: FlowNode): unknown {
    return isObject(node) ? { ...node, credentials: undefined } : node
}

/** A key for each node of a list, also for those that share an id or have none. */
class Keys {
    private readonly seen = new Map<string, number>()

    of (node: FlowNode): string {
        const id = JSON.stringify(idOf(node))
        const count = this.seen.get(id) ?? 0
        this.seen.set(id, count + 1)
        return `${id} ${count}`
    }
}

function compareCredentials (nodeRed: NodeRed, here: FlowNode[], { flows, credentials }: OpenedSnapshot): LocalPlan['credentials'] {
    const counts = { added: 0, removed: 0, changed: 0 }
    if (credentials === null) {
        return counts
    }
    const ids = new Set([...here, ...flows].map(idOf))
    for (const id of ids) {
        const [now, then] = [textOfCredentials(nodeRed.credentials(id)), textOfCredentials(ownEntry(credentials, id))]
        counts.added += now === '' && then !== '' ? 1 : 0
        counts.removed += now !== '' && then === '' ? 1 : 0
        counts.changed += now !== '' && then !== '' && now !== then ? 1 : 0
    }
    return counts
}

function ownEntry (credentials: OpenCredentials, id: string): Record<string, unknown> | undefined {
    return Object.hasOwn(credentials, id) ? credentials[id] : undefined
}

export function compareVariables (
    kept: Array<{ name: string, hidden: boolean, value: string | null }>, env: OpenedEnvironment, isOverridden: (name: string) => boolean
): LocalPlan['variables'] {
    const here = new Map(kept.map(variable => [variable.name, variable]))
    const names = Object.keys(env)
    const usable = names.filter(name => validName(name) && !withheld(name))
    const isChanged = (name: string) => {
        const entry = env[name]
        const now = here.get(name)
        const then = typeof entry === 'string' ? { hidden: false, value: entry } : entry
        // One that can't be opened keeps the value that it has here.
        return now !== undefined && then !== undefined && then.value !== null && (now.value !== then.value || now.hidden !== then.hidden)
    }
    return {
        added: usable.filter(name => !here.has(name) && (typeof env[name] === 'string' || env[name]?.value !== null)),
        removed: [...here.keys()].filter(name => !usable.includes(name)),
        changed: usable.filter(isChanged),
        overridden: usable.filter(isOverridden),
        withheld: names.filter(name => !usable.includes(name))
    }
}

/** Modules of the snapshot that are missing here, or here in another version; never Node-RED itself. */
async function differingModules (nodeRed: NodeRed, opened: OpenedSnapshot, inUse: ModulesInUse): Promise<LocalModule[]> {
    const compared = await compareModules(nodeRed, opened.modules, new Set(inUse.libs.map(library => library.name)))
    return compared.filter(module => module.state !== 'same').map(({ name, version, here, refused }) => ({ name, version, here, refused }))
}

/**
 * Modules of a snapshot beside those that are here; never Node-RED itself, nor this plugin.
 * @param libraries names of packages that its function nodes import
 */
export async function compareModules (
    nodeRed: NodeRed, wanted: Modules, libraries: ReadonlySet<string>
): Promise<Array<LocalModule & { state: 'missing' | 'other' | 'same' }>> {
    const modules: Awaited<ReturnType<typeof compareModules>> = []
    for (const [name, version] of Object.entries(wanted)) {
        if (name === 'node-red' || name === PLUGIN_PACKAGE) {
            continue
        }
        const here = await versionHere(nodeRed, name)
        if (here !== null && (here === version || fitsVersion(here, version))) {
            modules.push({ name, version, here, refused: null, state: 'same' })
        } else {
            const refused = moduleRefusal(nodeRed, { name, version, here }, libraries)
            modules.push({ name, version, here, refused, state: here === null ? 'missing' : 'other' })
        }
    }
    return modules
}

/** Types that nothing here has registered. */
function missingTypes (nodeRed: NodeRed, inUse: ModulesInUse): string[] {
    const known = new Set(nodeRed.nodeModules().flatMap(module => module.types))
    return [...inUse.types].filter(type => !known.has(type)).sort()
}

function notesOf (nodeRed: NodeRed, { head, credentials }: OpenedSnapshot, missing: string[], lacks: boolean): LocalNote[] {
    const notes: LocalNote[] = []
    const add = (code: LocalNote['code'], isDue: boolean, params: LocalNote['params'] = {}) => { if (isDue) notes.push({ code, params }) }
    add('safe-mode-ends', Boolean(nodeRed.setting('safeMode')))
    add('without-credentials', head.credentials === 'missing')
    add('locked-credentials', head.credentials === 'locked')
    add('repairs-credentials', lacks && credentials !== null)
    add('missing-types', missing.length > 0, { count: missing.length, types: missing.join(', ') })
    add('unencrypted-credentials', nodeRed.setting('credentialSecret') === false)
    return notes
}
