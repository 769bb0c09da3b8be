/** What Node-RED takes for a node at all. */
import { idOf, typeOf } from './flow-node'
import type { FlowNode } from './model'
import { isObject } from './parse'

const withEnv = /^(?:tab|subflow|group|global-config|subflow:.*)$/s
const structural: ReadonlySet<string> = new Set(['tab', 'subflow', 'group'])

/**
 * True for what has an id, a type, and no list in a form at which Node-RED itself throws while it deploys: `wires` (`Node.updateWires`), `env`
 * (`evaluateEnvProperties`), `links` (`parseConfig`), and `in` and `out` of subflows (`Subflow.js`), all in `@node-red/runtime/lib`.
 */
export function isDeployable (node: unknown): node is FlowNode {
    if (!isObject(node) || idOf(node) === '' || typeOf(node) === '') { return false }
    const type = typeOf(node)
    return (structural.has(type) || isListOf(node.wires, wires => Array.isArray(wires) || typeof wires === 'string')) &&
        (!withEnv.test(type) || isListOf(node.env, isThere)) &&
        (type !== 'link in' && type !== 'link out' || isListOf(node.links, () => true)) &&
        (type !== 'subflow' || isListOf(node.in, isPort) && isListOf(node.out, isPort))
}

/** A port of a subflow: what its wires lead to. */
function isPort (port: unknown): boolean {
    return isObject(port) && Array.isArray(port.wires) && port.wires.every(isThere)
}

function isThere (value: unknown): boolean {
    return value !== null && value !== undefined
}

/** What is not there at all will do. */
function isListOf (value: unknown, isItem: (item: unknown) => boolean): boolean {
    return !value || (Array.isArray(value) && value.every(isItem))
}
