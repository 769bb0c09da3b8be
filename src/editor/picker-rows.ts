import type { ApplicationList, DeviceSummary, InstanceSummary } from '../shared/requests'

type Applications = ApplicationList['applications']

export type DeviceRow = DeviceSummary & { instanceName: string | null }

export interface PickerGroup {
    id: string
    /** '' for the devices that are in no application. */
    name: string
    instances: InstanceSummary[]
    devices: DeviceRow[]
}

/**
 * What the picker shows: instances and devices under their application, as far as every word of the filter is in their own or their
 * application's name; groups without any are dropped. Devices come with the applications and from their own list; each is shown once.
 */
export function pickerGroups (applications: Applications, devices: DeviceSummary[], filter: string): PickerGroup[] {
    const words = filter.toLowerCase().split(/\s+/).filter(word => word !== '')
    const owner = new Map(applications.flatMap(application =>
        application.instances.map(({ id, name }) => [id, { application: application.id, name }] as const)))
    const known = new Map([...applications.flatMap(application => application.devices), ...devices].map(device => [device.id, device]))
    const rows = [...known.values()].map(device => {
        const instance = owner.get(device.instance ?? '')
        return { ...device, application: instance?.application ?? device.application, instanceName: instance?.name ?? null }
    }).sort((a, b) => a.name.localeCompare(b.name))
    const shown = new Set(applications.map(({ id }) => id))
    const groups = [
        ...applications.map(({ id, name, instances }) => ({ id, name, instances, devices: rows.filter(({ application }) => application === id) })),
        { id: '', name: '', instances: [], devices: rows.filter(({ application }) => !shown.has(application ?? '')) }
    ]
    const matches = (group: string, name: string) => words.every(word => `${group} ${name}`.toLowerCase().includes(word))
    return groups
        .map(group => ({
            ...group,
            instances: group.instances.filter(({ name }) => matches(group.name, name)),
            devices: group.devices.filter(({ name, instanceName }) => matches(group.name, `${name} ${instanceName ?? ''}`))
        }))
        .filter(({ instances, devices: some }) => instances.length + some.length > 0)
}

/** The first `most` rows of the groups, and how many are left out: a list of a thousand rows is slow to draw and to walk through. */
export function firstRows (groups: PickerGroup[], most: number): { groups: PickerGroup[], left: number } {
    let room = most
    const take = <T>(rows: T[]): T[] => {
        const taken = rows.slice(0, room)
        room -= taken.length
        return taken
    }
    const first = groups.map(group => ({ ...group, instances: take(group.instances), devices: take(group.devices) }))
    const count = (some: PickerGroup[]) => some.reduce((sum, { instances, devices }) => sum + instances.length + devices.length, 0)
    return { groups: first.filter(({ instances, devices }) => instances.length + devices.length > 0), left: count(groups) - count(first) }
}
