import type { DeviceState } from '../shared/devices'

export const deviceKinds = ['all', 'instance', 'application'] as const
export interface DeviceFilter { search: string, kind: (typeof deviceKinds)[number] }

export function isFilteringDevices ({ search, kind }: DeviceFilter): boolean {
    return search.trim() !== '' || kind !== 'all'
}

/** The devices that hold every word of the search in their name, type or the names of their snapshots, and belong to what is asked for. */
export function filterDevices (devices: DeviceState[], { search, kind }: DeviceFilter): DeviceState[] {
    const words = search.toLowerCase().split(/\s+/).filter(word => word !== '')
    return devices.filter(({ name, type, owner, target, active }) => {
        const text = `${name}\n${type}\n${target?.name ?? ''}\n${active?.name ?? ''}`.toLowerCase()
        return (kind === 'all' || kind === owner) && words.every(word => text.includes(word))
    })
}
