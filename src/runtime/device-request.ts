import type { SnapshotOwner } from '../flowfuse/snapshots'
import { type DeviceAutomaticRequest, type DevicePart, deviceParts, type DevicePushRequest, type OneDeviceTargetRequest } from '../shared/devices'
import { CodedError } from '../shared/errors'
import { validModuleVersion } from '../snapshot/modules'
import { fields, flag, nameList, platformId, snapshotDescription, snapshotName, textField } from './push-request'

/** @throws CodedError `body-invalid`, `id-invalid` */
export function parseOwner ({ kind, id }: Record<string, unknown>): SnapshotOwner {
    if (kind !== 'instance' && kind !== 'device') {
        throw new CodedError('body-invalid', { field: 'kind' })
    }
    return { kind, id: platformId(id) }
}

/** @throws CodedError `body-invalid` */
export function parsePart (value: unknown): DevicePart {
    const part = deviceParts.find(each => each === value)
    if (part === undefined) {
        throw new CodedError('body-invalid', { field: 'part' })
    }
    return part
}

/** @throws CodedError `body-invalid`, `id-invalid` */
export function parseOneDeviceTargetRequest (body: unknown): OneDeviceTargetRequest {
    const { snapshot, from, seen, majorStep } = fields(body)
    return { snapshot: platformId(snapshot), from: parseOwner(fields(from)), seen: textField(seen, 'seen'), majorStep: flag(majorStep, 'majorStep') }
}

/** @throws CodedError `body-invalid` */
export function parseDeviceAutomaticRequest (body: unknown): DeviceAutomaticRequest {
    return { on: flag(fields(body).on, 'on') }
}

/** @throws CodedError `body-invalid`, `name-empty`, `name-too-long`, `name-automatic`, `name-unusable`, `description-too-long` */
export function parseDevicePushRequest (body: unknown): DevicePushRequest {
    const { name, description, variables, nodeRed, target } = fields(body)
    const version = textField(nodeRed, 'nodeRed')
    // A device installs it as it stands there, and wipes its project when that fails.
    if (!validModuleVersion(version)) {
        throw new CodedError('body-invalid', { field: 'nodeRed' })
    }
    return {
        name: snapshotName(name),
        description: snapshotDescription(description),
        variables: nameList(variables, 'variables'),
        nodeRed: version,
        target: target === null ? null : { majorStep: flag(fields(target).majorStep, 'target') }
    }
}
