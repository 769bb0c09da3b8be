import type { PreparedPull, PullBase, PullModule, PullNote, PullVariables } from '../shared/pull'
import type { SettingRow } from '../shared/requests'
import { keepsHiddenSince } from '../flowfuse/platform'
import type { Inventory } from '../snapshot/changes-since'
import { isPlatformModule } from '../snapshot/modules'
import type { ModulesInUse } from '../snapshot/modules'
import { settingText } from '../snapshot/settings'
import { installRefusal } from './module-install'
import { installedModules } from './modules'
import type { NodeRed } from './node-red'
import { compareNodes, type ComparedNodes } from './pull-nodes'
import type { OpenedExport } from './pull-opening'
import type { Pull } from './pull-prepared'
import { compareModules, compareVariables } from './replace-plan'
import { ownSettings } from './runtime-settings'
import { restoreRefusal, type RestoreParts } from './safety'
import type { StoredLink } from './store/connections-file'

/** What is known of the last push or pull between here and the snapshot's owner; null when nothing. `key`: of its fingerprints. */
export interface Remembered { link: StoredLink | null, base: (Pick<PullBase, 'name' | 'at'> & { inventory: Inventory }) | null, key: Uint8Array }

/**
 * What a pull would do here: everything but the flows themselves. Names, counts and states only.
 * @param keepsHidden whether the server tells which variables are hidden
 * @throws CodedError `flows-not-loaded`, `capture-moved`, and what the store throws
 */
export async function preparedPull (parts: RestoreParts, pull: Pull, { base, key }: Pick<Remembered, 'base' | 'key'>, keepsHidden: boolean): Promise<PreparedPull> {
    const { nodeRed } = parts
    const { opened } = pull
    const nodes = await compareNodes(nodeRed, opened, base?.inventory ?? null, key)
    pull.credentialMark = nodes.credentialMark
    const lacks = await nodeRed.lacksCredentials()
    return {
        id: pull.id,
        until: pull.until,
        snapshot: pull.snapshot,
        rev: nodes.rev,
        counts: opened.counts,
        countsHere: nodes.countsHere,
        base: base && { name: base.name, at: base.at, states: nodes.states },
        // All that could be said of them without knowing them is that there are none.
        credentials: pull.credentialsKnown ? nodes.credentials : {},
        credentialsKnown: pull.credentialsKnown,
        variables: pull.flowsOnly ? noVariables : await variablesOf(parts, opened),
        flowsOnly: pull.flowsOnly,
        modules: await pullModules(nodeRed, opened, nodes.inUseHere),
        installRefused: installRefusal(nodeRed),
        replaceRefused: restoreRefusal(nodeRed),
        settings: settingRows(nodeRed, opened),
        notes: notesOf(nodeRed, pull, nodes, { lacks, keepsHidden })
    }
}

/** The modules of a snapshot beside those here. FlowFuse's own are never installed; what only flows here use stays. */
export async function pullModules (nodeRed: NodeRed, opened: Pick<OpenedExport, 'modules' | 'libraries'>, inUseHere?: ModulesInUse): Promise<PullModule[]> {
    const there = opened.modules ?? {}
    const compared = (await compareModules(nodeRed, there, new Set(opened.libraries))).map((module): PullModule => isPlatformModule(module.name)
        ? { ...module, state: 'platform', refused: { code: 'module-platform-only', params: { module: module.name } } }
        : module)
    const here = inUseHere === undefined ? {} : (await installedModules(nodeRed, inUseHere)).modules
    const hereOnly = Object.entries(here).filter(([name]) => name !== 'node-red' && !Object.hasOwn(there, name))
    return [...compared, ...hereOnly.map(([name, version]): PullModule => ({ name, version, here: version, refused: null, state: 'here-only' }))]
}

const noVariables: PullVariables = { added: [], changed: [], removed: [], same: [], hidden: [], locked: [], overridden: [], withheld: [], unfit: [] }

async function variablesOf ({ kept, environment }: RestoreParts, { env, unfitVariables }: OpenedExport): Promise<PullVariables> {
    const compared = compareVariables(await kept.list(), env, name => environment.isOverridden(name))
    const usable = Object.keys(env).filter(name => !compared.withheld.includes(name))
    const isLocked = (name: string) => typeof env[name] === 'object' && env[name].value === null
    return {
        ...compared,
        same: usable.filter(name => !compared.added.includes(name) && !compared.changed.includes(name) && !isLocked(name)),
        hidden: usable.filter(name => typeof env[name] === 'object'),
        locked: usable.filter(isLocked),
        unfit: unfitVariables
    }
}

/** Those of the snapshot that are otherwise here. */
function settingRows (nodeRed: NodeRed, { settings }: OpenedExport): SettingRow[] {
    const own = new Map(ownSettings(nodeRed).map(({ key, value }) => [key, settingText(value)]))
    return (Object.entries(settings) as Array<[keyof typeof settings, string | boolean]>)
        .map(([key, there]) => ({ key, here: own.get(key) ?? null, there, refused: null }))
        .filter(({ here, there }) => here !== there)
}

function notesOf (
    nodeRed: NodeRed, { opened, flowsOnly, credentialsKnown }: Pull, nodes: ComparedNodes,
    { lacks, keepsHidden }: { lacks: boolean, keepsHidden: boolean }
): PullNote[] {
    const notes: PullNote[] = []
    const add = (code: PullNote['code'], isDue: boolean, params: PullNote['params'] = {}) => { if (isDue) notes.push({ code, params }) }
    const known = new Set(nodeRed.nodeModules().flatMap(module => module.types))
    const missing = opened.types.filter(type => !known.has(type)).sort()
    const without = Object.values(nodes.credentials).filter(change => change === 'missing').length
    add('flows-only', flowsOnly)
    add('same-flows', opened.revision === nodes.rev)
    add('without-credentials', credentialsKnown && without > 0, { count: without })
    add('missing-types', missing.length > 0, { count: missing.length, types: missing.join(', ') })
    add('modules-unknown', opened.modules === null && !flowsOnly)
    add('odd-ids', opened.oddIds > 0, { count: opened.oddIds })
    add('hidden-shown', !keepsHidden && Object.keys(opened.env).length > 0, { since: keepsHiddenSince })
    add('safe-mode-ends', Boolean(nodeRed.setting('safeMode')))
    add('repairs-credentials', lacks)
    add('unencrypted-credentials', nodeRed.setting('credentialSecret') === false)
    return notes
}
