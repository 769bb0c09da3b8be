import { useEffect } from 'preact/hooks'
import type { PanelModel } from './panel-model'

/** While work of ours changes the instance's state, that is looked at more often. */
const busyEveryMs = 4_000
/** At other times a look is one request, and those of many editors are spread. */
const calmEveryMs = 60_000
const spread = 0.2
/** How often it is looked whether a look is due. */
const beatMs = 1000

/** When the target is looked at: while the panel is seen, and only then. Asked now and then, at least every few seconds. */
export class Glances {
    private next: number

    /** @param now in milliseconds, never set back: a computer's clock may be */
    constructor (
        private readonly look: () => void, private readonly random: () => number = Math.random,
        private readonly now: () => number = () => performance.now()
    ) {
        this.next = now() + this.pause(false)
    }

    /** @param seen whether anybody can see the panel */
    beat (seen: boolean, busy: boolean): void {
        const now = this.now()
        // Work that begins is followed at once, not after the rest of a minute.
        this.next = busy ? Math.min(this.next, now + busyEveryMs) : this.next
        if (seen && now >= this.next) {
            this.next = now + this.pause(busy)
            this.look()
        }
    }

    private pause (busy: boolean): number {
        return busy ? busyEveryMs : calmEveryMs * (1 - spread) + (2 * spread * calmEveryMs - beatMs) * this.random()
    }
}

/** Keeps the target's state and the status fresh. */
export function useGlances (model: PanelModel, root: () => HTMLElement | null): void {
    useEffect(() => {
        const glances = new Glances(() => void model.glance())
        const timer = setInterval(() => {
            const isSeen = document.visibilityState === 'visible' && Boolean(root()?.offsetParent)
            glances.beat(isSeen, model.isChangingInstance)
        }, beatMs)
        return () => clearInterval(timer)
    }, [model])
}
