import type { DevicePart, DevicesPage, DeviceState } from '../shared/devices'
import { limits } from '../shared/limits'
import type { DevicesApi } from './devices-api'

/** Looks at the devices of a target a page at a time: those of its instance from the first to the last, then those of its application. */
export class DeviceLooks {
    private part = 0
    private cursor: string | null = null
    /** Ids of the part's devices on the pages so far. */
    private readonly seen = new Set<string>()

    constructor (private readonly api: Pick<DevicesApi, 'page'>, private readonly instance: string, private readonly parts: DevicePart[]) {}

    /**
     * The next page, by one request.
     * @returns what makes the list as it was anew: it puts in what the page has, and takes out what the part's pages no longer have
     * @throws RequestFailure
     */
    async next (): Promise<(devices: DeviceState[]) => DeviceState[]> {
        const part = this.parts[this.part]!
        const page = await this.api.page(this.instance, part, this.cursor)
        const isLast = this.note(page)
        const owner = part === 'instance' ? 'instance' : 'application'
        const all = new Set(this.seen)
        if (isLast) {
            this.seen.clear()
            this.part = (this.part + 1) % this.parts.length
        }
        const isThere = (device: DeviceState) => !(isLast && page.next === null) || device.owner !== owner || all.has(device.id)
        const anew = new Set(page.devices.map(({ id }) => id))
        return devices => [...devices.filter(device => !anew.has(device.id) && isThere(device)), ...page.devices]
            .sort((one, other) => one.name.localeCompare(other.name))
    }

    private note ({ devices, next }: DevicesPage): boolean {
        const before = this.seen.size
        devices.forEach(({ id }) => this.seen.add(id))
        // A cursor that is not understood gives the first page again: nothing new is the end too.
        const isLast = next === null || this.seen.size === before || this.seen.size >= limits.devicesListed
        this.cursor = isLast ? null : next
        return isLast
    }
}
