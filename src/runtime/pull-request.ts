import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import { pullOwnerKinds, type PullParts, type PullReplaceRequest, type PullRequest } from '../shared/pull'
import { fields, flag, nameList, platformId, textField } from './push-request'

/*
 * Requests of a pull as the editor sends them, checked. Each throws CodedError `body-invalid`.
 */

/** @throws CodedError `id-invalid` */
export function parsePullRequest (body: unknown): PullRequest {
    const { owner, snapshot } = fields(body)
    const { kind, id } = fields(owner)
    return { owner: { kind: oneOf(kind, pullOwnerKinds, 'owner'), id: platformId(id) }, snapshot: platformId(snapshot) }
}

/** @returns the id of the view that is to be pulled; null where a snapshot of FlowFuse is */
export function viewToPull (body: unknown): string | null {
    const { view } = fields(body)
    return view === undefined ? null : textField(view, 'view')
}

/** @param mayInstall whether modules may be asked for: it takes a permission of its own */
export function parsePullReplaceRequest (body: unknown, mayInstall: boolean): PullReplaceRequest {
    const { rev, parts, mine, theirs, otherwise, modules } = fields(body)
    const names = nameList(modules ?? [], 'modules')
    if (names.length > 0 && !mayInstall) {
        throw new CodedError('body-invalid', { field: 'modules' })
    }
    return {
        rev: textField(rev, 'rev'), parts: partsOf(parts), mine: idList(mine, 'mine'), theirs: idList(theirs, 'theirs'),
        otherwise: oneOf(otherwise, ['mine', 'theirs'] as const, 'otherwise'), modules: names
    }
}

function partsOf (value: unknown): PullParts {
    const { flows, credentials, variables } = fields(value)
    return {
        flows: flag(flows, 'parts'),
        credentials: oneOf(credentials, ['theirs', 'exactly', 'mine'] as const, 'parts'),
        variables: oneOf(variables, ['all', 'keys', 'none'] as const, 'parts')
    }
}

/** Ids of nodes are whatever a flow file has. */
function idList (value: unknown, field: string): string[] {
    if (!Array.isArray(value) || value.length > limits.flowNodes || !value.every(id => typeof id === 'string')) {
        throw new CodedError('body-invalid', { field })
    }
    return value
}

/** One of the words that a field may have. @throws CodedError `body-invalid` */
export function oneOf<T extends string> (value: unknown, values: readonly T[], field: string): T {
    const found = values.find(candidate => candidate === value)
    if (found === undefined) {
        throw new CodedError('body-invalid', { field })
    }
    return found
}
