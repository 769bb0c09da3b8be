import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Application, NextFunction, Request, RequestHandler, Response } from 'express'
import { CodedError } from '../../shared/errors'
import { permissions } from '../../shared/permissions'
import { guard, sendError } from '../guard'
import { isPermitted } from '../permitted'
import type { Services } from '../services'
import type { OutgoingFile } from '../snapshot-file-out'

/** A request of one Node-RED user; `user` is '' where Node-RED has no users. `origin` is the page's that sent it, where it says so. */
export interface Call {
    user: string
    params: Record<string, string>
    query: Record<string, unknown>
    body: unknown
    origin: string | undefined
    /** Whether the user has the permissions `act` too, whatever the route asks for. */
    mayAct: boolean
}

export type Handler = (call: Call) => Promise<unknown>

/** What a page of the sign-in window is answered with. */
export interface Page { status: number, headers: Record<string, string>, html: string }

export interface Router {
    /** Adds a route below `flowfuse-snapshots/`, answered with the JSON of what `handler` returns. */
    add (method: 'get' | 'post' | 'put' | 'delete', path: string, needs: keyof typeof permissions, handler: Handler, status?: number): void
    /** Adds a GET route answered with JSON in pieces as they are: nothing is serialised again, and no more is read than the browser takes. */
    addPieces (path: string, needs: keyof typeof permissions, handler: (call: Call) => Promise<Buffer[]>): void
    /** Adds a POST route whose body is a snapshot file, read by the handler: see `readFileBody`. */
    addFile (path: string, needs: keyof typeof permissions, handler: (call: Call, request: IncomingMessage) => Promise<unknown>): void
    /** Adds a POST route answered with a file for the browser to keep: it never opens one. */
    addDownload (path: string, needs: keyof typeof permissions, handler: (call: Call) => Promise<OutgoingFile>): void
    /**
     * Adds a page for a browser window, which carries no sign-in of Node-RED's: it must find out by itself what it may do.
     * `refused` is shown for every failure.
     */
    addPage (path: string, headers: Record<string, string>, handler: (request: Request) => Promise<Page>, refused: () => string): void
    /** Answers what no route took. */
    end (): void
}

const prefix = '/flowfuse-snapshots'

/** Routes on Node-RED's admin app, each behind the guard, a permission and a net that catches every failure. */
export function makeRouter (
    app: Application, needsPermission: (permission: readonly string[]) => RequestHandler, services: Services
): Router {
    const { nodeRed, settings } = services
    const guarded = guard({ trustProxy: settings.trustProxy, allowedHosts: settings.allowedHosts, isOpen: nodeRed.isOpen })
    app.use(prefix, guarded)
    // Node-RED reads bodies in the app that this one is mounted on, and what fails there never comes down here: its page would show a stack.
    parentOf(app)?.use(prefix, (error: unknown, request: Request, response: Response, next: NextFunction) => {
        const answer = bodyError(error)
        if (answer === null) {
            next(error)
        } else {
            void guarded(request, response, () => sendError(response, answer))
        }
    })
    return {
        add: (method, path, needs, handler, status = 200) => {
            app[method](`${prefix}/${path}`, needsPermission(permissions[needs]), (request, response) => {
                void answer(services, handler, status, request, response)
            })
        },
        addPieces: (path, needs, handler) => {
            app.get(`${prefix}/${path}`, needsPermission(permissions[needs]), (request, response) => {
                void answerInPieces(services, handler, request, response)
            })
        },
        addFile: (path, needs, handler) => {
            app.post(`${prefix}/${path}`, needsPermission(permissions[needs]), (request, response) => {
                void answer(services, call => handler(call, request), 200, request, response)
            })
        },
        addDownload: (path, needs, handler) => {
            app.post(`${prefix}/${path}`, needsPermission(permissions[needs]), (request, response) => {
                void answerInPieces(services, async call => {
                    const { name, pieces } = await handler(call)
                    response.set({ 'Content-Disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '')}"` })
                    return pieces
                }, request, response, 'application/octet-stream')
            })
        },
        addPage: (path, headers, handler, refused) => {
            app.get(`${prefix}/${path}`, (request, response) => {
                response.set(headers)
                void contained(services, request, handler).then(
                    page => response.set(page.headers).status(page.status).end(page.html),
                    (error: unknown) => response.status(error instanceof CodedError ? error.status : 500).end(refused())
                ).catch((error: unknown) => {
                    services.nodeRed.logFailure(error)
                    response.end()
                })
            })
        },
        end: () => {
            app.use(prefix, (_request, response) => sendError(response, new CodedError('route-unknown', {}, 404)))
            // Express' own errors in these routes: an address with a broken escape, for one. Its page would show a stack.
            app.use(prefix, (_error: unknown, _request: Request, response: Response, _next: NextFunction) => sendError(response, new CodedError('id-invalid')))
        }
    }
}

/** Express notes it when an app is mounted on another. */
function parentOf (app: Application): Application | undefined {
    return (app as { parent?: Application }).parent
}

/** What the body parser's error is to a user; null for any other error. Some, as zlib's own, have a status and no type. */
function bodyError (error: unknown): CodedError | null {
    const { type, status } = (error ?? {}) as { type?: unknown, status?: unknown }
    const isOfRequest = typeof status === 'number' && status < 500
    if (typeof type !== 'string' && !isOfRequest) {
        return null
    }
    return type === 'entity.too.large' ? new CodedError('body-too-large', {}, 413) : new CodedError('body-invalid', { field: 'body' })
}

async function answer (services: Services, handler: Handler, status: number, request: Request, response: Response): Promise<void> {
    try {
        const result = await contained(services, request, () => handler(callOf(services, request)))
        response.status(status).json(result)
    } catch (error) {
        sendError(response, error)
    }
}

async function answerInPieces (
    services: Services, handler: (call: Call) => Promise<Uint8Array[]>, request: Request, response: Response, type = 'application/json; charset=utf-8'
): Promise<void> {
    try {
        const pieces = await contained(services, request, () => handler(callOf(services, request)))
        response.set({ 'Content-Type': type, 'Content-Length': String(pieces.reduce((sum, piece) => sum + piece.length, 0)) })
        Readable.from(pieces).on('error', () => response.destroy()).pipe(response)
    } catch (error) {
        sendError(response, error)
    }
}

function callOf ({ nodeRed }: Services, request: Request): Call {
    const { params, query, headers: { origin } } = request
    const { scope } = (request as { authInfo?: { scope?: unknown } }).authInfo ?? {}
    const mayAct = nodeRed.isOpen || permissions.act.every(permission => isPermitted(scope, permission))
    return { user: userOf(request), params, query, body: request.body as unknown, origin, mayAct }
}

/** Runs a handler; what is no error for users goes to the log. @throws CodedError `plugin-removed`, and what the handler throws */
async function contained<T> (services: Services, request: Request, handler: (request: Request) => Promise<T>): Promise<T> {
    try {
        if (!services.isActive()) {
            throw new CodedError('plugin-removed', {}, 410)
        }
        return await handler(request)
    } catch (error) {
        if (!(error instanceof CodedError)) {
            services.nodeRed.logFailure(error)
        }
        throw error
    }
}

function userOf (request: Request): string {
    const user = (request as { user?: { username?: unknown } }).user
    return typeof user?.username === 'string' ? user.username : ''
}
