/** What the real Node-RED asks the process for: the runtime's own Flow, Subflow and Group start a flow set of probe nodes. */
import { createRequire } from 'node:module'
import path from 'node:path'
import type { FlowNode } from '../../src/snapshot/model'

interface Parsed { flows: Record<string, { id: string }> }
interface StartedFlow { start: () => Promise<void> }
interface Modules {
    Flow: { init: (runtime: unknown) => void, create: (parent: unknown, all: Parsed, own?: unknown) => StartedFlow }
    util: { init: (runtime: unknown) => void, parseConfig: (nodes: FlowNode[]) => Parsed }
    registry: { get: (type: string) => unknown, getNodeInfo: (type: string) => unknown }
    red: {
        evaluateNodeProperty: (value: unknown, type: string, node: unknown) => unknown
        prepareJSONataExpression: (value: string, node: unknown) => { evaluate: (message: unknown) => Promise<unknown> }
    }
}

const load = createRequire(path.resolve('package.json'))
// Loaded by path: the packages have no types, and these parts are not their interface
const modules: Modules = {
    Flow: load('@node-red/runtime/lib/flows/Flow.js') as Modules['Flow'],
    util: load('@node-red/runtime/lib/flows/util.js') as Modules['util'],
    registry: load('@node-red/registry') as Modules['registry'],
    red: (load('@node-red/util') as { util: Modules['red'] }).util
}

/**
 * Names that the flow set gets from the process. Nodes of the type `probe` have their properties substituted by Node-RED
 * itself, and ask for `typed` (value of type env) and `expression` (JSONata) like a core node does.
 */
export async function realLookups (nodes: FlowNode[]): Promise<string[]> {
    const { Flow, util, registry, red } = modules
    const asked = new Set<string>()
    const waiting: Array<Promise<unknown>> = []
    function Probe (this: { type: unknown }, config: FlowNode): void {
        this.type = config.type
        if (config.typed !== undefined) { red.evaluateNodeProperty(config.typed, 'env', config) }
        if (config.expression !== undefined) {
            waiting.push(red.prepareJSONataExpression(config.expression as string, config).evaluate({}))
        }
    }
    const silent = (): void => {}
    const log = { log: silent, debug: silent, trace: silent, info: silent, warn: silent, error: silent, _: String, ERROR: 1, DEBUG: 2, INFO: 3 }
    const runtime = { settings: {}, log }
    Flow.init(runtime)
    util.init(runtime)
    const { get, getNodeInfo } = registry
    registry.get = () => Probe
    registry.getNodeInfo = () => ({})
    try {
        const parsed = util.parseConfig(structuredClone(nodes))
        const world = { getSetting: (name: string) => { asked.add(name) }, log: silent, getNode: silent, handleError: silent, handleStatus: silent }
        const globalFlow = Flow.create(world, parsed)
        await globalFlow.start()
        for (const flow of Object.values(parsed.flows)) {
            await Flow.create(globalFlow, parsed, flow).start()
        }
        await Promise.all(waiting)
    } finally {
        Object.assign(registry, { get, getNodeInfo })
    }
    return [...asked].filter(name => !name.startsWith('$parent.') && !name.startsWith('NR_')).sort()
}
