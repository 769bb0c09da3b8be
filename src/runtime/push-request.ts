import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import type { PushRequest } from '../shared/requests'
import { isObject } from '../snapshot/parse'

/** FlowFuse gives such names to its own snapshots and keeps only the newest ten of them. */
const automaticName = /^Auto Snapshot - \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

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
    if (name === '') {
        throw new CodedError('name-empty')
    }
    // Characters as people and databases count them, not UTF-16 units.
    const length = [...name].length
    if (length > limits.nameLength) {
        throw new CodedError('name-too-long', { length, max: limits.nameLength })
    }
    if (automaticName.test(name)) {
        throw new CodedError('name-automatic')
    }
    return name
}

function snapshotDescription (value: unknown): string {
    const description = textField(value, 'description').trim()
    if (description.length > limits.descriptionLength) {
        throw new CodedError('description-too-long', { length: description.length, max: limits.descriptionLength })
    }
    return description
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
