import type { CaptureRequest, DeletionRequest, DeviceTargetRequest, EditRequest, RestoreThereRequest } from '../shared/actions'
import { fields, flag, nameList, snapshotDescription, snapshotName, textField } from './push-request'

/** @throws CodedError `body-invalid`, `name-empty`, `name-too-long`, `name-automatic`, `name-unusable`, `description-too-long` */
export function parseCaptureRequest (body: unknown): CaptureRequest {
    const { name, description } = fields(body)
    return { name: snapshotName(name), description: snapshotDescription(description) }
}

/** @throws CodedError as `parseCaptureRequest` */
export function parseEditRequest (body: unknown): EditRequest {
    const { name, description, from } = fields(body)
    const seen = fields(from)
    return {
        ...(name !== undefined && { name: snapshotName(name) }),
        ...(description !== undefined && { description: snapshotDescription(description) }),
        from: { name: textField(seen.name, 'from'), description: textField(seen.description, 'from') }
    }
}

/** @throws CodedError `body-invalid` */
export function parseDeletionRequest (body: unknown): DeletionRequest {
    return { seen: textField(fields(body).seen, 'seen') }
}

/** @throws CodedError `body-invalid` */
export function parseDeviceTargetRequest (body: unknown): DeviceTargetRequest {
    const { seen, majorStep } = fields(body)
    return { seen: textField(seen, 'seen'), majorStep: flag(majorStep, 'majorStep') }
}

/** @throws CodedError `body-invalid` */
export function parseRestoreThereRequest (body: unknown): RestoreThereRequest {
    const { seen, instanceName, captureBefore, addModules } = fields(body)
    return {
        seen: textField(seen, 'seen'),
        instanceName: textField(instanceName, 'instanceName'),
        captureBefore: flag(captureBefore, 'captureBefore'),
        addModules: nameList(addModules, 'addModules')
    }
}
