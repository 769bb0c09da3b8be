import type { AutoPush } from './auto-push'
import type { AutoSnapshot } from './auto-snapshot'
import type { Jobs } from './jobs'
import type { LearnedRefusals } from './learned-refusals'
import type { NodeRed } from './node-red'
import type { Platforms } from './platforms'
import type { PreparedPulls } from './pull-prepared'
import type { RunningContent } from './running-content'
import type { RestoreParts } from './safety'
import type { PluginSettings } from './settings'
import type { Connections } from './store/connections'
import type { Inventories } from './store/inventories'
import type { TargetChoice } from './target-choice'
import type { HeldViews } from './view-held'

/** What requests, and the work that they begin, are done with: made once, at start. */
export interface Services {
    nodeRed: NodeRed
    settings: PluginSettings
    connections: Connections
    targets: TargetChoice
    inventories: Inventories
    platforms: Platforms
    jobs: Jobs
    /** What FlowFuse was learned to refuse. */
    refusals: LearnedRefusals
    /** Local snapshots and kept variables. */
    local: RestoreParts
    automatic: AutoSnapshot
    /** What runs here, as far as it tells what changed. */
    content: RunningContent
    autoPush: AutoPush
    /** Snapshots that users look at to pull them. */
    pulls: PreparedPulls
    /** Snapshots of any origin that users look at. */
    views: HeldViews
    /** False once the plugin was removed: Express has no way to take routes back. */
    isActive: () => boolean
}
