import { join } from 'node:path'
import { AutoPush } from './runtime/auto-push'
import { AutoSnapshot } from './runtime/auto-snapshot'
import { Jobs } from './runtime/jobs'
import { Journal } from './runtime/journal'
import { KeptEnvironment } from './runtime/kept-environment'
import { LearnedRefusals } from './runtime/learned-refusals'
import { NodeRed, type RedApi } from './runtime/node-red'
import { Platforms } from './runtime/platforms'
import { PreparedPulls } from './runtime/pull-prepared'
import { repair } from './runtime/repair'
import { addActionRoutes } from './runtime/routes/actions'
import { addDeviceRoutes } from './runtime/routes/devices'
import { addConnectionRoutes } from './runtime/routes/connection'
import { addFileRoutes } from './runtime/routes/files'
import { addLocalRoutes } from './runtime/routes/local'
import { addPullRoutes } from './runtime/routes/pull'
import { addPushRoutes } from './runtime/routes/push'
import { makeRouter } from './runtime/routes/router'
import { addSignInRoutes } from './runtime/routes/sign-in'
import { addStatusRoutes } from './runtime/routes/status'
import { addTargetRoutes } from './runtime/routes/targets'
import { addVariableRoutes } from './runtime/routes/variables'
import { addViewRoutes } from './runtime/routes/views'
import { RunningContent } from './runtime/running-content'
import type { RestoreParts } from './runtime/safety'
import type { Services } from './runtime/services'
import { readSettings } from './runtime/settings'
import { Connections } from './runtime/store/connections'
import { DataKey } from './runtime/store/data-key'
import { Inventories } from './runtime/store/inventories'
import { KeptVariables } from './runtime/store/kept-variables'
import { LocalSnapshots } from './runtime/store/local-snapshots'
import { storedFilePaths } from './runtime/stored-file-paths'
import { TargetChoice } from './runtime/target-choice'
import { HeldViews } from './runtime/view-held'

/** The runtime part: Node-RED calls this once at start, before any flow runs, and waits for it. */
export default async function plugin (RED: RedApi): Promise<void> {
    const nodeRed = new NodeRed(RED)
    let active = true
    RED.plugins.registerPlugin('flowfuse-snapshots', { onremove: () => { active = false } })

    const settings = readSettings(nodeRed, process.env)
    const store = join(nodeRed.userDir, 'flowfuse-snapshots')
    const dataKey = new DataKey(store, () => nodeRed.credentialSecrets())
    const connections = new Connections(store, dataKey)
    const local = await localParts(nodeRed, store, dataKey, settings.keepLocal)
    const jobs = new Jobs(error => nodeRed.logFailure(error))
    const isBlind = () => !active || ['restore', 'undo'].includes(jobs.running() ?? '')
    const services: Services = {
        nodeRed,
        settings,
        connections,
        inventories: new Inventories(store),
        targets: new TargetChoice(settings, connections),
        platforms: new Platforms(),
        jobs,
        refusals: new LearnedRefusals(),
        local,
        automatic: new AutoSnapshot({ ...local, isBlind }),
        content: new RunningContent(nodeRed, connections),
        autoPush: new AutoPush(() => services),
        pulls: new PreparedPulls(),
        views: new HeldViews(),
        isActive: () => active
    }
    await loadSignIns(nodeRed, connections)

    if (settings.localAuto) {
        services.automatic.start()
    }
    services.autoPush.start()

    // Without an admin app there is no editor to serve.
    if (RED.httpAdmin) {
        const router = makeRouter(RED.httpAdmin, permission => RED.auth.needsPermission(permission), services)
        addConnectionRoutes(router, services)
        addSignInRoutes(router, services)
        addTargetRoutes(router, services)
        addStatusRoutes(router, services)
        addPushRoutes(router, services)
        addActionRoutes(router, services)
        addDeviceRoutes(router, services)
        addPullRoutes(router, services)
        addLocalRoutes(router, services)
        addVariableRoutes(router, services)
        addViewRoutes(router, services)
        addFileRoutes(router, services)
        router.end()
    }
}

/** What is kept here. A restore that was cut short is put right, and variables are in place, before any flow runs; a failure stops nothing. */
async function localParts (nodeRed: NodeRed, folder: string, dataKey: DataKey, keep: number): Promise<RestoreParts> {
    const snapshots = new LocalSnapshots(folder, dataKey, { keep })
    const kept = new KeptVariables(folder, dataKey)
    const environment = new KeptEnvironment(kept)
    const journal = new Journal(folder, dataKey)
    await storedFilePaths(nodeRed)
    // Where Node-RED is running already, its next start does it.
    await (nodeRed.hasStarted ? undefined : repair({ nodeRed, kept, snapshots, journal }))
    await environment.apply().catch((error: unknown) => nodeRed.logFailure(error))
    await snapshots.load().catch((error: unknown) => nodeRed.logFailure(error))
    return { nodeRed, folder, dataKey, snapshots, kept, environment, journal }
}

async function loadSignIns (nodeRed: NodeRed, connections: Connections): Promise<void> {
    try {
        await connections.load()
    } catch (error) {
        // The key of local snapshots and kept variables is the same: without a sign-in under it none is lost.
        const { message } = error as Error
        if (message !== 'store-sealed-otherwise' || await connections.countLocked().catch(() => 1) > 0) {
            nodeRed.warn('sign-in-unusable', { reason: message })
        }
    }
    const problem = connections.problem()
    if (problem !== null) {
        nodeRed.warn('sign-in-unusable', { reason: `${problem.code}: ${problem.params.aside}` })
    }
}
