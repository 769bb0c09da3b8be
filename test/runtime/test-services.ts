import { AutoPush } from '../../src/runtime/auto-push'
import { Jobs } from '../../src/runtime/jobs'
import { LearnedRefusals } from '../../src/runtime/learned-refusals'
import type { NodeRed } from '../../src/runtime/node-red'
import { PreparedPulls } from '../../src/runtime/pull-prepared'
import { Platforms } from '../../src/runtime/platforms'
import type { Services } from '../../src/runtime/services'
import { RunningContent } from '../../src/runtime/running-content'
import { Connections } from '../../src/runtime/store/connections'
import { DataKey } from '../../src/runtime/store/data-key'
import { Inventories } from '../../src/runtime/store/inventories'
import { KeptVariables } from '../../src/runtime/store/kept-variables'
import { TargetChoice } from '../../src/runtime/target-choice'
import { HeldViews } from '../../src/runtime/view-held'

/**
 * What the routes that have to do with FlowFuse work with, with an empty store in `folder` and nothing set in settings.js. Of local
 * snapshots there are only the kept variables.
 * @param report is told of failures that are no sentence for a user
 */
export function testServices (nodeRed: NodeRed, folder: string, report: (error: unknown) => void = () => undefined): Services {
    const settings = {
        server: '', allowedServers: [], allowedHosts: [], trustProxy: false, allowHttp: false, team: '', instance: '', lockedBy: '', localAuto: true, keepLocal: 10
    }
    const dataKey = new DataKey(folder, () => ['secret'])
    const connections = new Connections(folder, dataKey)
    const services: Services = {
        nodeRed,
        settings,
        connections,
        targets: new TargetChoice(settings, connections),
        inventories: new Inventories(folder),
        platforms: new Platforms(),
        jobs: new Jobs(report),
        refusals: new LearnedRefusals(),
        local: { kept: new KeptVariables(folder, dataKey) } as Services['local'],
        automatic: undefined as never,
        content: new RunningContent(nodeRed, connections),
        autoPush: new AutoPush(() => services),
        pulls: new PreparedPulls(),
        views: new HeldViews(),
        isActive: () => true
    }
    return services
}
