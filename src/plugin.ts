import { join } from 'node:path'
import { Jobs } from './runtime/jobs'
import { NodeRed, type RedApi } from './runtime/node-red'
import { Platforms } from './runtime/platforms'
import { addConnectionRoutes } from './runtime/routes/connection'
import { addPushRoutes } from './runtime/routes/push'
import { makeRouter, type Services } from './runtime/routes/router'
import { addSignInRoutes } from './runtime/routes/sign-in'
import { addTargetRoutes } from './runtime/routes/targets'
import { readSettings } from './runtime/settings'
import { Connections } from './runtime/store/connections'
import { DataKey } from './runtime/store/data-key'
import { Inventories } from './runtime/store/inventories'
import { TargetChoice } from './runtime/target-choice'

/** The runtime part: Node-RED calls this once at start, before any flow runs, and waits for it. */
export default async function plugin (RED: RedApi): Promise<void> {
    const nodeRed = new NodeRed(RED)
    let active = true
    RED.plugins.registerPlugin('flowfuse-snapshots', { onremove: () => { active = false } })

    const settings = readSettings(nodeRed, process.env)
    const store = join(nodeRed.userDir, 'flowfuse-snapshots')
    const dataKey = new DataKey(store, () => nodeRed.credentialSecrets())
    const connections = new Connections(store, dataKey)
    const services: Services = {
        nodeRed,
        settings,
        connections,
        inventories: new Inventories(store),
        targets: new TargetChoice(settings, connections),
        platforms: new Platforms(),
        jobs: new Jobs(error => nodeRed.logFailure(error)),
        isActive: () => active
    }
    await services.connections.load().catch((error: Error) => nodeRed.warn('sign-in-unusable', { reason: error.message }))
    const problem = services.connections.problem()
    if (problem !== null) {
        nodeRed.warn('sign-in-unusable', { reason: `${problem.code}: ${problem.params.aside}` })
    }

    // Without an admin app there is no editor to serve.
    if (RED.httpAdmin) {
        const router = makeRouter(RED.httpAdmin, permission => RED.auth.needsPermission(permission), services)
        addConnectionRoutes(router, services)
        addSignInRoutes(router, services)
        addTargetRoutes(router, services)
        addPushRoutes(router, services)
        router.end()
    }
}
