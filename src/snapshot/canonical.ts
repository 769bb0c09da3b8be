/** What two states are compared by: a form that does not depend on key order, and fingerprints of nodes. */
import { createHmac } from 'node:crypto'
import type { FlowNode } from './model'
import { isObject } from './parse'

/**
 * JSON text of a value with the keys of every object in the order of their UTF-16 code units. The order of arrays is kept:
 * in flows it means something. What JSON leaves out (undefined, functions) is left out here.
 */
export function canonical (value: unknown): string {
    return JSON.stringify(value, (_key, item: unknown) => isObject(item) ? sorted(item) : item) ?? 'null'
}

/**
 * A short text that is the same for the same node and credentials, wherever the node stands on its tab. Keyed, since a plain hash would
 * let anybody who reads it try out passwords.
 */
export function fingerprint (key: Uint8Array, node: FlowNode, credentials: Record<string, unknown> | undefined): string {
    const { x: _x, y: _y, credentials: _inline, ...placed } = node
    const rest = withoutLayout(placed)
    return createHmac('sha256', key).update(JSON.stringify([rest, credentials ?? null])).digest('base64').slice(0, 16)
}

/** As `fingerprint`, of a variable with this value. */
export function variableFingerprint (key: Uint8Array, name: string, value: string): string {
    return createHmac('sha256', key).update(JSON.stringify(['variable', name, value])).digest('base64').slice(0, 16)
}

/** The size of a group, and where the ends of a subflow are drawn, are layout as well. */
function withoutLayout (node: Record<string, unknown>): Record<string, unknown> {
    if (node.type === 'group') {
        const { w: _w, h: _h, ...rest } = node
        return rest
    }
    if (node.type !== 'subflow') {
        return node
    }
    const unplaced = (end: unknown): unknown => {
        if (!isObject(end)) {
            return end
        }
        const { x: _x, y: _y, ...rest } = end
        return rest
    }
    const { in: ins, out, status, ...rest } = node
    return { ...rest, ends: [ins, out].map(ends => Array.isArray(ends) ? ends.map(unplaced) : ends), status: unplaced(status) }
}

function sorted (from: Record<string, unknown>): Record<string, unknown> {
    // fromEntries defines properties, so a key like __proto__ stays a key
    return Object.fromEntries(Object.keys(from).sort().map(key => [key, from[key]]))
}
