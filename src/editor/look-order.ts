import type { Look } from '../shared/status'

/**
 * What the panel looks at next, one thing by one request each time: somebody's newer snapshot is looked for every second time. The devices
 * are more than one request, while they are on the screen, and get two of three of the looks between.
 */
export class LookOrder {
    /** The panel has just been filled: that was a look at the snapshots. */
    private last: Look | 'devices' = 'snapshots'
    private between = 0

    /**
     * @param missing something was not reached, so that the snapshots tell whether it can be
     * @param changing work of ours changes the state of the instance
     */
    next ({ devices, missing, changing }: { devices: boolean, missing: boolean, changing: boolean }): Look | 'devices' {
        this.last = missing ? 'snapshots' : changing ? 'instance' : this.last === 'snapshots' ? this.other(devices) : 'snapshots'
        return this.last
    }

    private other (devices: boolean): Look | 'devices' {
        this.between = devices ? (this.between + 1) % 3 : 0
        return this.between === 0 ? 'instance' : 'devices'
    }
}
