import type { PreparedPull, PullModule, PullParts, PullReplaceRequest } from '../shared/pull'
import type { Choices, Side } from '../snapshot/diff'
import type { PlanOutline } from './pull-comparison'

/** What the user has decided in the preview of a pull; a module without a tick of its own is as it was offered. */
export interface PullDraft {
    parts: Omit<PullParts, 'flows'>
    /** Tabs, subflows and global config nodes that the user has decided about. */
    sides: ReadonlyMap<string, Side>
    otherwise: Side
    ticks: ReadonlyMap<string, boolean>
}

/** All of the snapshot. Where it has no variable at all, those here are not thrown away for that. */
export function firstDraft ({ variables: { added, changed, same, locked } }: PreparedPull): PullDraft {
    const hasVariables = added.length + changed.length + same.length + locked.length > 0
    return { parts: { credentials: 'theirs', variables: hasVariables ? 'all' : 'none' }, sides: new Map(), otherwise: 'theirs', ticks: new Map() }
}

export function choicesOf ({ sides, otherwise }: PullDraft): { mine: string[], theirs: string[], otherwise: Side } {
    const of = (side: Side) => [...sides].filter(([, chosen]) => chosen === side).map(([id]) => id)
    return { mine: of('mine'), theirs: of('theirs'), otherwise } satisfies Choices
}

export function withSide (draft: PullDraft, ids: readonly string[], side: Side): PullDraft {
    return { ...draft, sides: new Map([...draft.sides, ...ids.map(id => [id, side] as const)]) }
}

/** Everything from one side: what was decided before counts no more. */
export function allFrom (draft: PullDraft, side: Side): PullDraft {
    return { ...draft, sides: new Map(), otherwise: side }
}

/** Modules that could be installed: missing here, or here in another version. FlowFuse's own ones are of no use here. */
export function isOffered ({ state, refused }: PullModule): boolean {
    return (state === 'missing' || state === 'other') && refused === null
}

/** Missing modules are offered ticked; another version of one that is here is only installed when it is asked for. */
export function isTicked ({ ticks }: PullDraft, { name, here }: PullModule): boolean {
    return ticks.get(name) ?? here === null
}

/** @param mayInstall the user has the permission to */
export function modulesToInstall (draft: PullDraft, { modules, installRefused }: PreparedPull, mayInstall: boolean): PullModule[] {
    return mayInstall && installRefused === null ? modules.filter(module => isOffered(module) && isTicked(draft, module)) : []
}

/** Where everything that differs stays as it is here, no flow is written at all. */
export function takesFlows ({ sides }: PlanOutline): boolean {
    const all = Object.values(sides)
    return all.length === 0 || all.includes('theirs')
}

export function replaceRequest (draft: PullDraft, prepared: PreparedPull, plan: PlanOutline, mayInstall: boolean): PullReplaceRequest {
    const modules = modulesToInstall(draft, prepared, mayInstall).map(({ name }) => name)
    return { rev: prepared.rev, parts: { ...draft.parts, flows: takesFlows(plan) }, ...choicesOf(draft), ...(modules.length > 0 && { modules }) }
}

/** True when anything would be another here afterwards. */
export function changesAnything ({ parts, ...draft }: PullDraft, prepared: PreparedPull, plan: PlanOutline, mayInstall: boolean): boolean {
    const lost = parts.credentials === 'exactly' && takesFlows(plan) ? plan.credentials.missing : 0
    const others = variablesSet(parts.variables, prepared) + modulesToInstall({ parts, ...draft }, prepared, mayInstall).length
    return plan.replaced + plan.added + plan.parts + others + lost > 0
}

/** What the button names: the key of its text, and how many there are of that. */
export function victim (draft: PullDraft, prepared: PreparedPull, plan: PlanOutline, mayInstall: boolean): { key: string, count: number } {
    const { replaced, added, parts } = plan
    const isAll = plan.all && takesFlows(plan) && replaced + added + parts > 0
    const named = [
        { key: 'restoreHere.submit', count: isAll ? prepared.countsHere.flows : replaced },
        { key: 'restoreHere.submitEmpty', count: isAll ? prepared.counts.flows : added },
        { key: 'pull.submitParts', count: parts },
        { key: 'pull.submitVariables', count: variablesSet(draft.parts.variables, prepared) },
        { key: 'pull.submitModules', count: modulesToInstall(draft, prepared, mayInstall).length }
    ]
    const otherwise = changesAnything(draft, prepared, plan, mayInstall) ? 'pull.submitUnknown' : 'pull.submitNothing'
    return named.find(({ count }) => count > 0) ?? { key: otherwise, count: 0 }
}

function variablesSet (rule: PullParts['variables'], { variables: { added, changed, removed } }: PreparedPull): number {
    return { all: added.length + changed.length + removed.length, keys: added.length, none: 0 }[rule]
}

export function mayReplace (draft: PullDraft, prepared: PreparedPull, plan: PlanOutline | null, mayInstall: boolean): boolean {
    return plan !== null && prepared.replaceRefused === null && plan.open.length === 0 && changesAnything(draft, prepared, plan, mayInstall)
}
