import { CodedError, type ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'
import { descriptionProblem, nameProblem } from '../shared/names'
import type { PushRequest, VariablesRule } from '../shared/requests'
import { validModuleVersion } from '../snapshot/modules'
import { isObject } from '../snapshot/parse'

/**
 * A push request as the editor sends it, checked.
 * @throws CodedError `body-invalid`, `id-invalid`, `name-empty`, `name-too-long`, `name-automatic`, `description-too-long`
 */
export function parsePushRequest (body: unknown): PushRequest {
    const { instanceId, name, description, variables, addModules, settings, deviceTarget, restore, local } = fields(body)
    return {
        instanceId: platformId(instanceId),
        name: snapshotName(name),
        description: snapshotDescription(description),
        variables: variablesRule(variables),
        addModules: nameList(addModules ?? [], 'addModules'),
        settings: nameList(settings ?? [], 'settings'),
        deviceTarget: deviceTargetOf(deviceTarget ?? null),
        restore: restore === null ? null : { captureBefore: flag(fields(restore).captureBefore, 'restore') },
        ...(local !== undefined && { local: platformId(local) })
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

/** The trimmed name of a new snapshot. @throws CodedError `body-invalid`, `name-empty`, `name-too-long`, `name-automatic`, `name-unusable` */
export function snapshotName (value: unknown): string {
    const name = textField(value, 'name').trim()
    refuse(nameProblem(name))
    return name
}

/** @throws CodedError `body-invalid`, `description-too-long` */
export function snapshotDescription (value: unknown): string {
    const description = textField(value, 'description').trim()
    refuse(descriptionProblem(description))
    return description
}

function refuse (problem: ErrorAnswer | null): void {
    if (problem !== null) {
        throw new CodedError(problem.code, problem.params)
    }
}

function variablesRule (value: unknown): VariablesRule {
    const { rule, names, keysOnly, hidden } = fields(value)
    switch (rule) {
    case 'keep': return { rule }
    case 'add': return { rule, names: nameList(names, 'variables') }
    case 'mine': return {
        rule,
        names: nameList(names, 'variables'),
        keysOnly: nameList(keysOnly ?? [], 'variables'),
        hidden: nameList(hidden ?? [], 'variables')
    }
    default: throw new CodedError('body-invalid', { field: 'variables' })
    }
}

/** Devices install the version as it stands there, and wipe their project when that fails. */
function deviceTargetOf (value: unknown): { nodeRed: string, majorStep: boolean } | null {
    if (value === null) {
        return null
    }
    const target = fields(value)
    const nodeRed = textField(target.nodeRed, 'deviceTarget')
    if (!validModuleVersion(nodeRed)) {
        throw new CodedError('body-invalid', { field: 'deviceTarget' })
    }
    return { nodeRed, majorStep: flag(target.majorStep ?? false, 'deviceTarget') }
}

/** Each name once. @throws CodedError `body-invalid` */
export function nameList (value: unknown, field: string): string[] {
    if (!Array.isArray(value) || value.length > limits.namesPerRequest || !value.every(name => typeof name === 'string')) {
        throw new CodedError('body-invalid', { field })
    }
    return [...new Set(value)]
}

/** @throws CodedError `body-invalid` */
export function flag (value: unknown, field: string): boolean {
    if (typeof value !== 'boolean') {
        throw new CodedError('body-invalid', { field })
    }
    return value
}
