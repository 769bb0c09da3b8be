import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import type { FormerSecretRequest, LocalChange, LocalRequest, LocalRestoreRequest, UndoRequest, VariablesRequest } from '../shared/local'
import { fields, flag, nameList, snapshotDescription, snapshotName, textField } from './push-request'

/*
 * Requests about local snapshots and kept variables as the editor sends them, checked. Each throws CodedError `body-invalid`, and what it
 * names besides.
 */

/** @throws CodedError `name-empty`, `name-too-long`, `name-automatic`, `name-unusable`, `description-too-long` */
export function parseLocalRequest (body: unknown): LocalRequest {
    const { name, description } = fields(body)
    return { name: snapshotName(name), description: snapshotDescription(description) }
}

/**
 * @param before the snapshot's name now, which may be one that only the plugin gives
 * @throws CodedError as `parseLocalRequest`
 */
export function parseLocalChange (body: unknown, before: string): LocalChange {
    const { name, description, pinned } = fields(body)
    return {
        ...(name !== undefined && textField(name, 'name').trim() !== before && { name: snapshotName(name) }),
        ...(description !== undefined && { description: snapshotDescription(description) }),
        ...(pinned !== undefined && { pinned: flag(pinned, 'pinned') })
    }
}

/** @param mayInstall whether modules may be asked for: it takes a permission of its own */
export function parseRestoreRequest (body: unknown, mayInstall: boolean): LocalRestoreRequest {
    const { rev, credentialMark, modules, withoutCredentials } = fields(body)
    const names = nameList(modules ?? [], 'modules')
    if (names.length > 0 && !mayInstall) {
        throw new CodedError('body-invalid', { field: 'modules' })
    }
    return {
        rev: textField(rev, 'rev'),
        credentialMark: textField(credentialMark, 'credentialMark'),
        modules: names,
        withoutCredentials: flag(withoutCredentials ?? false, 'withoutCredentials')
    }
}

export function parseUndoRequest (body: unknown): UndoRequest {
    const { id, rev } = fields(body)
    return { id: textField(id, 'id'), rev: textField(rev, 'rev') }
}

export function parseFormerSecret (body: unknown): FormerSecretRequest {
    return { secret: textField(fields(body).secret, 'secret') }
}

/** Each name once. */
export function parseVariables (body: unknown): VariablesRequest {
    const { variables } = fields(body)
    if (!Array.isArray(variables) || variables.length > limits.namesPerRequest) {
        throw new CodedError('body-invalid', { field: 'variables' })
    }
    const parsed = variables.map((variable: unknown) => {
        const { name, hidden, value } = fields(variable)
        return { name: textField(name, 'name'), hidden: flag(hidden, 'hidden'), ...(value !== undefined && { value: textField(value, 'value') }) }
    })
    if (new Set(parsed.map(({ name }) => name)).size < parsed.length) {
        throw new CodedError('body-invalid', { field: 'variables' })
    }
    return { variables: parsed }
}

export function parseEnvironmentText (body: unknown): string {
    const text = textField(fields(body).text, 'text')
    if (Buffer.byteLength(text) > limits.envTextBytes) {
        throw new CodedError('variables-too-large', { max: limits.variablesBytes / 1024, count: limits.namesPerRequest })
    }
    return text
}
