import type { Application, Request, RequestHandler, Response } from 'express'
import { CodedError } from '../../shared/errors'
import { permissions } from '../../shared/permissions'
import type { Connections } from '../store/connections'
import type { Inventories } from '../store/inventories'
import { guard, sendError } from '../guard'
import type { Jobs } from '../jobs'
import type { NodeRed } from '../node-red'
import type { Platforms } from '../platforms'
import type { PluginSettings } from '../settings'

/** What the routes work with. */
export interface Services {
    nodeRed: NodeRed
    settings: PluginSettings
    connections: Connections
    inventories: Inventories
    platforms: Platforms
    jobs: Jobs
    /** False once the plugin was removed: Express has no way to take routes back. */
    isActive: () => boolean
}

/** A request of one Node-RED user; `user` is '' where Node-RED has no users. */
export interface Call { user: string, params: Record<string, string>, body: unknown }

export type Handler = (call: Call) => Promise<unknown>

export interface Router {
    /** Adds a route below `flowfuse-snapshots/`, answered with the JSON of what `handler` returns. */
    add (method: 'get' | 'post' | 'put' | 'delete', path: string, needs: keyof typeof permissions, handler: Handler, status?: number): void
}

const prefix = '/flowfuse-snapshots'

/** Routes on Node-RED's admin app, each behind the guard, a permission and a net that catches every failure. */
export function makeRouter (
    app: Application, needsPermission: (permission: readonly string[]) => RequestHandler, services: Services
): Router {
    const { nodeRed, settings } = services
    app.use(prefix, guard({ trustProxy: settings.trustProxy, allowedHosts: settings.allowedHosts, isOpen: nodeRed.isOpen }))
    return {
        add: (method, path, needs, handler, status = 200) => {
            app[method](`${prefix}/${path}`, needsPermission(permissions[needs]), (request, response) => {
                void answer(services, handler, status, request, response)
            })
        }
    }
}

async function answer (services: Services, handler: Handler, status: number, request: Request, response: Response): Promise<void> {
    try {
        if (!services.isActive()) {
            throw new CodedError('plugin-removed', {}, 410)
        }
        const result = await handler({ user: userOf(request), params: request.params, body: request.body as unknown })
        response.status(status).json(result)
    } catch (error) {
        if (!(error instanceof CodedError)) {
            services.nodeRed.error(error instanceof Error ? error.message : String(error))
        }
        sendError(response, error)
    }
}

function userOf (request: Request): string {
    const user = (request as { user?: { username?: unknown } }).user
    return typeof user?.username === 'string' ? user.username : ''
}
