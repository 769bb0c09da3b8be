import { refused } from './answer'
import { envForInstance } from './environment'
import { copy } from './json'
import { modulesForInstance } from './palette'
import { settingsAfter } from './runtime-settings'
import type { Instance, Snapshot, World } from './world'

/**
 * Restores a snapshot on its instance. Variables and modules are replaced as a whole, settings are merged. Throws 500
 * when a variable or a module is not acceptable; the instance is untouched then. Nobody looks at the flows.
 */
export function restore (world: World, instance: Instance, snapshot: Snapshot): void {
    const { generation } = world
    try {
        const env = envForInstance(snapshot.env, generation)
        const modules = modulesForInstance(snapshot.settings.palette, generation)
        instance.settings = settingsAfter(instance.settings, snapshot.settings, generation)
        instance.env = env
        instance.modules = modules
    } catch (error) {
        throw refused('unexpected_error', String(error), 500)
    }
    instance.flows = copy(snapshot.flows)
    instance.credentials = copy(snapshot.credentials)
    instance.flowLastUpdatedAt = world.timestamp()
    restart(world, instance)
}

/** What a restarting instance goes through, unless a test has decided otherwise. A suspended one stays as it is. */
export function restart (world: World, instance: Instance): void {
    if (instance.state === 'suspended') return
    const states = instance.restartStates ?? (world.generation.showsRestarting ? ['restarting', 'running'] : ['running'])
    enterStates(instance, states)
}

/** Puts an instance in the first of these states; each look at it goes one further, the last one stays. */
export function enterStates (instance: Instance, states: string[]): void {
    const [first = instance.state, ...later] = states
    instance.state = first
    instance.upcoming = later
}
