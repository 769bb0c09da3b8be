import { useEffect } from 'preact/hooks'
import { onAnyDeploy } from './node-red-flows'
import type { PanelModel } from './panel-model'

/** After a deploy the automatic snapshot is made in slices, so that nobody knows when it is there. */
const afterDeployMs = [0, 1500, 5000]
const everyMs = 20_000

/** Keeps the list of local snapshots fresh: after deploys from anywhere, and now and then while the panel is seen. */
export function useLocalNews ({ local }: PanelModel, root: () => HTMLElement | null): void {
    useEffect(() => {
        let looks: Array<ReturnType<typeof setTimeout>> = []
        const endDeploys = onAnyDeploy(() => {
            looks.forEach(clearTimeout)
            looks = afterDeployMs.map(after => setTimeout(() => void local.refresh(), after))
        })
        const timer = setInterval(() => {
            if (document.visibilityState === 'visible' && root()?.offsetParent) {
                void local.refresh()
            }
        }, everyMs)
        return () => {
            endDeploys()
            clearInterval(timer)
            looks.forEach(clearTimeout)
        }
    }, [local])
}
