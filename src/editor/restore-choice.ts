import type { LocalModule, LocalPlan, LocalRestoreRequest } from '../shared/local'

/** What the user has decided in the restore dialog; a module without a tick of its own is as it was offered. */
export interface RestoreChoice { ticks: ReadonlyMap<string, boolean>, withoutCredentials: boolean }

export const nothingChosen: RestoreChoice = { ticks: new Map(), withoutCredentials: false }

/** Missing modules are offered ticked; another version of one that is here is only installed when it is asked for. */
export function isTicked ({ ticks }: RestoreChoice, { name, here }: LocalModule): boolean {
    return ticks.get(name) ?? here === null
}

/** The modules that would be installed. `mayInstall`: the user has the permission to. */
export function modulesToInstall (choice: RestoreChoice, { modules, installRefused }: LocalPlan, mayInstall: boolean): LocalModule[] {
    return mayInstall && installRefused === null ? modules.filter(module => module.refused === null && isTicked(choice, module)) : []
}

/** True where a restore could not bring the snapshot's credentials, which the user has to agree to. */
export function lacksCredentials ({ snapshot }: LocalPlan): boolean {
    return snapshot.credentials !== 'included'
}

export function mayRestore (choice: RestoreChoice, plan: LocalPlan): boolean {
    return plan.restoreRefused === null && (choice.withoutCredentials || !lacksCredentials(plan))
}

export function restoreRequest (choice: RestoreChoice, plan: LocalPlan, mayInstall: boolean): LocalRestoreRequest {
    const modules = modulesToInstall(choice, plan, mayInstall).map(({ name }) => name)
    const withoutCredentials = lacksCredentials(plan) && choice.withoutCredentials
    const { rev, credentialMark } = plan
    return { rev, credentialMark, ...(modules.length > 0 && { modules }), ...(withoutCredentials && { withoutCredentials }) }
}

/** True when nothing at all would be different afterwards. */
export function changesNothing ({ flows, credentials, variables, modules }: LocalPlan): boolean {
    const counts = [flows, credentials].flatMap(({ added, removed, changed }) => [added, removed, changed])
    const names = [...variables.added, ...variables.removed, ...variables.changed]
    return [...counts, names.length, modules.length].every(count => count === 0)
}
