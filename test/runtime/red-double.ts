import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { NodeRed, type RedApi } from '../../src/runtime/node-red'
import type { FlowNode } from '../../src/snapshot/model'

Object.assign(globalThis, { PLUGIN_PACKAGE: 'node-red-contrib-flowfuse-snapshots', PLUGIN_VERSION: '0.1.0' })

export interface RedDouble {
    nodeRed: NodeRed
    events: EventEmitter
    log: string[]
    /** Puts flows in place and announces them, as a deploy does. */
    deploy (flows: FlowNode[], credentials?: Record<string, Record<string, unknown>>): void
    /** Called for each node that is looked up while flows are walked. */
    onCredentials: (id: string) => void
}

/**
 * Node-RED's public API in memory, for what the real one can't be brought to do: flows are read through `eachNode`, as where the runtime
 * module can't be reached.
 */
export function redDouble (settings: Record<string, unknown> = {}): RedDouble {
    const events = new EventEmitter()
    const log: string[] = []
    const note = (text: string) => { log.push(text) }
    let flows: FlowNode[] | null = null
    let open: Record<string, Record<string, unknown>> = {}
    const red: RedApi = {
        version: typeof settings.version === 'string' ? settings.version : '4.1.15',
        nodes: {
            // As Node-RED does until it has loaded its flows.
            eachNode: visit => {
                if (flows === null) { throw new TypeError("Cannot read properties of null (reading 'allNodes')") }
                flows.forEach(visit)
            },
            getCredentials: id => {
                double.onCredentials(id)
                return open[id]
            }
        },
        settings: { userDir: '/nowhere', ...settings, get: key => settings[key] },
        events,
        log: { info: note, warn: note, error: note },
        _: (key: string, params?: Record<string, string>) => `${key} ${JSON.stringify(params)}`,
        auth: { needsPermission: () => (_request, _response, next) => next() },
        plugins: { registerPlugin: () => undefined }
    }
    const double: RedDouble = {
        nodeRed: new NodeRed(red, { hideRuntime: true }),
        events,
        log,
        deploy: (next, credentials = {}) => {
            flows = next
            open = credentials
            events.emit('runtime-event', { id: 'runtime-deploy', payload: { revision: revisionOf(next) } })
        },
        onCredentials: () => undefined
    }
    return double
}

/** As Node-RED computes it. */
export function revisionOf (flows: unknown): string {
    return createHash('sha256').update(JSON.stringify(flows)).digest('hex')
}
