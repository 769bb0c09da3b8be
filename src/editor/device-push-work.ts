import type { DevicePushRequest, DeviceState } from '../shared/devices'
import type { DevicePushJob, Named } from '../shared/requests'
import type { DevicesApi } from './devices-api'
import { JobWork } from './job-work'

/** A push to a device of the application, as it was asked for. */
export interface DevicePushOrder { instance: Named, device: DeviceState, request: DevicePushRequest }

/** The push to a device that was started from this page. */
export class DevicePushWork extends JobWork<DevicePushOrder, DevicePushJob> {
    /** @param pause waits that many milliseconds */
    constructor (
        private readonly api: Pick<DevicesApi, 'push' | 'pushJob'>, private readonly onEnd: () => void, pause?: (milliseconds: number) => Promise<void>
    ) {
        super(async id => await api.pushJob(id), pause)
    }

    async start (order: DevicePushOrder): Promise<void> {
        if (this.running) {
            return
        }
        await this.run(order, async () => await this.api.push(order.instance.id, order.device.id, order.request))
        this.onEnd()
    }
}
