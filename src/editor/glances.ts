import { useEffect } from 'preact/hooks'
import { isPassing } from './instance-state'
import type { PanelModel } from './panel-model'

/** An instance that starts or stops is looked at more often. */
const busyEveryMs = 4_000
const calmEveryMs = 20_000

/** Keeps the target's state fresh while the panel is seen, and only then. */
export function useGlances (model: PanelModel, root: () => HTMLElement | null): void {
    useEffect(() => {
        let last = Date.now()
        const timer = setInterval(() => {
            const isSeen = document.visibilityState === 'visible' && Boolean(root()?.offsetParent)
            const every = isPassing(model.target.value?.instance.state ?? '') ? busyEveryMs : calmEveryMs
            if (isSeen && Date.now() - last >= every) {
                last = Date.now()
                void model.glance()
            }
        }, busyEveryMs / 4)
        return () => clearInterval(timer)
    }, [model])
}
