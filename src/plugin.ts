import { join } from 'node:path'
import { Jobs } from './runtime/jobs'
import { NodeRed, type RedApi } from './runtime/node-red'
import { Platforms } from './runtime/platforms'
import { addConnectionRoutes } from './runtime/routes/connection'
import { addPushRoutes } from './runtime/routes/push'
import { makeRouter, type Services } from './runtime/routes/router'
import { addTargetRoutes } from './runtime/routes/targets'
import { readSettings } from './runtime/settings'
import { Connections } from './runtime/store/connections'
import { Inventories } from './runtime/store/inventories'

/** The runtime part: Node-RED calls this once at start, before any flow runs, and waits for it. */
export default async function plugin (RED: RedApi): Promise<void> {
    const nodeRed = new NodeRed(RED)
    let active = true
    RED.plugins.registerPlugin('flowfuse-snapshots', { onremove: () => { active = false } })

    const store = join(nodeRed.userDir, 'flowfuse-snapshots')
    const services: Services = {
        nodeRed,
        settings: readSettings(nodeRed, process.env),
        connections: new Connections(store, () => nodeRed.credentialSecrets()),
        inventories: new Inventories(store),
        platforms: new Platforms(),
        jobs: new Jobs(error => nodeRed.error(error instanceof Error ? error.message : String(error))),
        isActive: () => active
    }
    await services.connections.load().catch((error: Error) => nodeRed.warn(`The stored sign-in can't be used: ${error.message}`))

    // Without an admin app there is no editor to serve.
    if (RED.httpAdmin) {
        const router = makeRouter(RED.httpAdmin, permission => RED.auth.needsPermission(permission), services)
        addConnectionRoutes(router, services)
        addTargetRoutes(router, services)
        addPushRoutes(router, services)
    }
}
