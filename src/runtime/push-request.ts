import { CodedError, type ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'
import { descriptionProblem, nameProblem } from '../shared/names'
import type { PushRequest } from '../shared/requests'
import { isObject } from '../snapshot/parse'

/**
 * A push request as the editor sends it, checked.
 * @throws CodedError `body-invalid`, `id-invalid`, `name-empty`, `name-too-long`, `name-automatic`, `description-too-long`
 */
export function parsePushRequest (body: unknown): PushRequest {
    const { instanceId, name, description, variables, restore } = fields(body)
    return {
        instanceId: platformId(instanceId),
        name: snapshotName(name),
        description: snapshotDescription(description),
        variables: variablesRule(variables),
        restore: restore === null ? null : { captureBefore: flag(fields(restore).captureBefore, 'restore') }
    }
}

/** An object body. @throws CodedError `body-invalid` */
export function fields (value: unknown): Record<string, unknown> {
    if (!isObject(value)) {
        throw new CodedError('body-invalid', { field: 'body' })
    }
    return value
}

/** @throws CodedError `body-invalid` */
export function textField (value: unknown, field: string): string {
    if (typeof value !== 'string') {
        throw new CodedError('body-invalid', { field })
    }
    return value
}

/** An id of the platform: a hashid or a UUID. @throws CodedError `id-invalid` */
export function platformId (value: unknown): string {
    if (typeof value !== 'string' || !/^[A-Za-z0-9-]{1,64}$/.test(value)) {
        throw new CodedError('id-invalid')
    }
    return value
}

function snapshotName (value: unknown): string {
    const name = textField(value, 'name').trim()
    refuse(nameProblem(name))
    return name
}

function snapshotDescription (value: unknown): string {
    const description = textField(value, 'description').trim()
    refuse(descriptionProblem(description))
    return description
}

function refuse (problem: ErrorAnswer | null): void {
    if (problem !== null) {
        throw new CodedError(problem.code, problem.params)
    }
}

function variablesRule (value: unknown): PushRequest['variables'] {
    const { rule, names } = fields(value)
    if (rule === 'keep') {
        return { rule }
    }
    const valid = rule === 'mine' && Array.isArray(names) && names.length <= limits.variablesPerRequest && names.every(name => typeof name === 'string')
    if (!valid) {
        throw new CodedError('body-invalid', { field: 'variables' })
    }
    return { rule, names: [...new Set(names)] }
}

function flag (value: unknown, field: string): boolean {
    if (typeof value !== 'boolean') {
        throw new CodedError('body-invalid', { field })
    }
    return value
}
