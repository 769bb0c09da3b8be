import { useEffect } from 'preact/hooks'
import { onAnyDeploy } from './node-red-flows'
import type { PanelModel } from './panel-model'

/** After a deploy the automatic snapshot is made in slices, so that nobody knows when it is there. An automatic push takes longer. */
const afterDeployMs = [0, 1500, 5000]
const afterPushMs = [5000, 10_000, 20_000]
const everyMs = 1000
/** What another window did is worth a look when the panel is seen again. */
const oldMs = 20_000

/** Keeps what is known of this Node-RED fresh: after deploys from anywhere, and when the panel is seen again. Nothing is asked while it is not. */
export function useLocalNews (model: PanelModel, root: () => HTMLElement | null): void {
    useEffect(() => {
        const { local } = model
        let looks: Array<ReturnType<typeof setTimeout>> = []
        let wasSeen = true
        let isOld = false
        let last = Date.now()
        const isSeen = () => document.visibilityState === 'visible' && Boolean(root()?.offsetParent)
        const later = (ms: number, look: () => Promise<void>) => setTimeout(() => {
            if (isSeen()) {
                void look()
            } else {
                isOld = true
            }
        }, ms)
        const endDeploys = onAnyDeploy(() => {
            looks.forEach(clearTimeout)
            const automatic = model.status?.automatic.on ? afterPushMs : []
            looks = [
                ...afterDeployMs.map(after => later(after, () => local.refresh())),
                ...[500, ...automatic].map(after => later(after, () => model.refreshStatus()))
            ]
        })
        const timer = setInterval(() => {
            const seen = isSeen()
            if (seen && !wasSeen && (isOld || Date.now() - last >= oldMs)) {
                isOld = false
                void local.refresh()
                void model.refreshStatus()
            }
            last = seen ? Date.now() : last
            wasSeen = seen
        }, everyMs)
        return () => {
            endDeploys()
            clearInterval(timer)
            looks.forEach(clearTimeout)
        }
    }, [model])
}
