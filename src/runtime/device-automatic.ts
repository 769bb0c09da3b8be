import { automaticOf, platformSnapshots, setAutomatic } from '../flowfuse/device-states'
import type { DeviceAutomatic, DeviceState } from '../shared/devices'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import type { PlatformSnapshots } from '../shared/devices'
import type { DevicePlace } from './device-place'
import { pushTimes } from './push-times'
import { known } from './targets'
import { changeOnce, unseen } from './until-seen'

/** Whether the platform makes snapshots of a device by itself, and whether its switch can be moved. */
export async function deviceAutomatic ({ session, team, device }: DevicePlace): Promise<DeviceAutomatic> {
    const [on, platform] = await Promise.all([automaticOf(session, device.id), platformSnapshots(session, team.id)])
    const idle = switchRefusal(device, platform)
    return { device, on, heeded: idle === null, refused: idle ?? known(session, team, 'editDevice') }
}

/**
 * Moves the switch of a device, and sees that it is kept. What the platform would not heed is not moved.
 * @throws CodedError the refusal of `deviceAutomatic`, `device-switch-not-kept`
 */
export async function switchAutomatic (place: DevicePlace, on: boolean, times = pushTimes): Promise<DeviceAutomatic> {
    const { session, device } = place
    const { refused } = await deviceAutomatic(place)
    if (refused !== null) {
        throw new CodedError(refused.code, refused.params, 409)
    }
    const kept = await changeOnce(() => setAutomatic(session, device.id, on), async () => await automaticOf(session, device.id) === on, times)
    if (kept !== 'seen') {
        throw unseen('device-switch-not-kept', { device: device.name }, kept)
    }
    return { device, on, heeded: true, refused: null }
}

/** An agent sends what it runs to the platform in developer mode only. */
function switchRefusal (
    { name, isDeveloper }: DeviceState, { licensed, devices }: PlatformSnapshots & { licensed: PlatformSnapshots }
): ErrorAnswer | null {
    if (licensed.devices === false) {
        return { code: 'automatic-not-licensed', params: {} }
    }
    if (devices === false) {
        return { code: 'automatic-not-in-team', params: {} }
    }
    return isDeveloper ? null : { code: 'device-not-developer', params: { device: name } }
}
