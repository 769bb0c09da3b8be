import type { ApplicationList } from '../shared/requests'

type Applications = ApplicationList['applications']

/** The applications with those instances whose own or application's name contains every word of the filter; empty ones are dropped. */
export function filterApplications (applications: Applications, filter: string): Applications {
    const words = filter.toLowerCase().split(/\s+/).filter(word => word !== '')
    return applications
        .map(application => ({
            ...application,
            instances: application.instances.filter(({ name }) => words.every(word => `${application.name} ${name}`.toLowerCase().includes(word)))
        }))
        .filter(({ instances }) => instances.length > 0)
}
