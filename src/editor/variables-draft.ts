import type { VariableList, VariablesRequest, VariableSummary } from '../shared/local'
import { limits } from '../shared/limits'

/** One line of the table while it is edited. */
export interface VariableRow {
    /** Tells the lines apart while their names change. */
    key: number
    name: string
    hidden: boolean
    /** What was typed; null where the value stays as it is. */
    value: string | null
    /** The variable as it is kept now; null for a new one. */
    kept: VariableSummary | null
}

export type RowProblem = 'name-missing' | 'name-invalid' | 'name-double' | 'value-needed'

export function rowsOf ({ variables }: VariableList): VariableRow[] {
    return variables.map((kept, key) => ({ key, name: kept.name, hidden: kept.hidden, value: null, kept }))
}

export function withNewRow (rows: VariableRow[]): VariableRow[] {
    const key = Math.max(-1, ...rows.map(row => row.key)) + 1
    return [...rows, { key, name: '', hidden: false, value: '', kept: null }]
}

/** What is wrong with a line; null when nothing is. A hidden value is never told, so that a variable can only be shown with a new one. */
export function rowProblem (row: VariableRow, rows: readonly VariableRow[]): RowProblem | null {
    if (row.name === '') {
        return 'name-missing'
    }
    if (row.name.length > limits.variableNameLength || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(row.name)) {
        return 'name-invalid'
    }
    if (rows.some(other => other.key !== row.key && other.name === row.name)) {
        return 'name-double'
    }
    return row.kept !== null && row.kept.hidden && !row.hidden && row.value === null ? 'value-needed' : null
}

export function isChanged (rows: readonly VariableRow[], { variables }: VariableList): boolean {
    return rows.length !== variables.length || rows.some(({ kept, value, hidden }) => kept === null || value !== null || hidden !== kept.hidden)
}

/** All variables as they shall be; one without a value keeps the one it has. */
export function variablesRequest (rows: readonly VariableRow[]): VariablesRequest {
    return { variables: rows.map(({ name, hidden, value }) => ({ name, hidden, ...(value !== null && { value }) })) }
}
