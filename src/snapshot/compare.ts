/** What two snapshots have beside their flows, compared: variables, modules, runtime settings, and which nodes' credentials differ. */
import type { CredentialChange } from '../shared/pull'
import type { View, ViewCredentials, ViewVariable } from '../shared/views'
import { ownValue } from './equal'

/** What of a View is compared here. null in its place: a side that has nothing but flows, like the workspace. */
export type ViewParts = Pick<View, 'variables' | 'modules' | 'settings' | 'credentials'>

export const partKinds = ['variables', 'modules', 'settings'] as const
export type PartKind = (typeof partKinds)[number]

/** One variable, module or setting that is not the same; null: that side lacks it. */
export interface PartRow { part: PartKind, name: string, change: 'added' | 'deleted' | 'changed', here: PartValue | null, there: PartValue | null }

/** `text` is null where it is hidden or may not be read. */
export interface PartValue { text: string | null, hidden: boolean }

export interface PartsCompared {
    /** By part, then by name. */
    rows: PartRow[]
    /** Parts that one side does not tell of, so that they could not be compared. */
    untold: PartKind[]
    /** Names of variables on both sides of which at least one value is not known. */
    unknown: string[]
}

export function compareParts (here: ViewParts | null, there: ViewParts | null): PartsCompared {
    if (here === null || there === null) {
        return { rows: [], untold: [...partKinds], unknown: [] }
    }
    const variables = rowsOf('variables', variableValues(here.variables), variableValues(there.variables), sameVariable)
    const settings = rowsOf('settings', plainValues(here.settings), plainValues(there.settings), sameText)
    const toldModules = here.modules !== null && there.modules !== null
    const modules = toldModules ? rowsOf('modules', plainValues(here.modules ?? {}), plainValues(there.modules ?? {}), sameText) : []
    const others = new Map(there.variables.map(variable => [variable.name, variable]))
    const unknown = here.variables.filter(({ name, mark }) => others.has(name) && (mark === null || others.get(name)?.mark === null))
    return { rows: [...variables, ...modules, ...settings], untold: toldModules ? [] : ['modules'], unknown: unknown.map(({ name }) => name) }
}

export interface CredentialsCompared {
    /** Node id → what is different; ids with the same, or with none on both sides, are left out. */
    changes: Record<string, CredentialChange>
    /** False where one side does not tell: then nothing is said of any node. */
    told: boolean
}

export function compareCredentials (here: ViewCredentials | null, there: ViewCredentials | null): CredentialsCompared {
    if (here?.state !== 'included' || there?.state !== 'included') {
        return { changes: {}, told: false }
    }
    const changes = new Map<string, CredentialChange>()
    for (const id of Object.keys(there.marks)) {
        const before = ownValue(here.marks, id)
        if (before !== there.marks[id]) { changes.set(id, before === undefined ? 'added' : 'changed') }
    }
    for (const id of Object.keys(here.marks)) {
        if (!Object.hasOwn(there.marks, id)) { changes.set(id, 'missing') }
    }
    return { changes: Object.fromEntries(changes), told: true }
}

interface Value extends PartValue { mark: string | null }

function variableValues (variables: ViewVariable[]): Map<string, Value> {
    return new Map(variables.map(({ name, value, hidden, mark }) => [name, { text: hidden ? null : value, hidden, mark }]))
}

function plainValues (values: Record<string, string | boolean>): Map<string, Value> {
    return new Map(Object.entries(values).map(([name, value]) => [name, { text: String(value), hidden: false, mark: null }]))
}

/** What is not known is no difference. */
function sameVariable (one: Value, other: Value): boolean {
    return one.hidden === other.hidden && (one.mark === null || other.mark === null || one.mark === other.mark)
}

function sameText (one: Value, other: Value): boolean {
    return one.text === other.text
}

function rowsOf (part: PartKind, here: Map<string, Value>, there: Map<string, Value>, same: (one: Value, other: Value) => boolean): PartRow[] {
    const rows: PartRow[] = []
    for (const name of [...new Set([...here.keys(), ...there.keys()])].sort()) {
        const [before, after] = [here.get(name), there.get(name)]
        if (before !== undefined && after !== undefined && same(before, after)) { continue }
        rows.push({ part, name, change: before === undefined ? 'added' : after === undefined ? 'deleted' : 'changed', here: shown(before), there: shown(after) })
    }
    return rows
}

function shown (value: Value | undefined): PartValue | null {
    return value === undefined ? null : { text: value.text, hidden: value.hidden }
}
