/** What two states are compared by: a form that does not depend on key order, and hashes. */
import { createHash, createHmac } from 'node:crypto'
import type { Environment, FlowNode, Modules, OpenCredentials } from './model'
import { isObject } from './parse'

/** What a push carries, as far as it decides whether two pushes are the same. */
export interface Content {
    flows: FlowNode[]
    credentials: OpenCredentials
    env: Environment
    modules: Modules
}

/**
 * JSON text of a value with the keys of every object in the order of their UTF-16 code units. The order of arrays is kept:
 * in flows it means something. What JSON leaves out (undefined, functions) is left out here.
 */
export function canonical (value: unknown): string {
    return JSON.stringify(value, (_key, item: unknown) => isObject(item) ? sorted(item) : item) ?? 'null'
}

/**
 * SHA-256 (hex) of what was sent: equal for the same flows in the same order, credentials, variables and modules, however
 * their keys are ordered. It covers secrets, so it belongs in the store only, never in a log or an answer.
 */
export function contentHash (content: Content): string {
    const hash = createHash('sha256')
    // Canonical JSON holds no line feed, so the parts cannot run into each other
    for (const part of [...content.flows, content.credentials, content.env, content.modules]) {
        hash.update(canonical(part)).update('\n')
    }
    return hash.digest('hex')
}

/**
 * A short text that is the same for the same node and credentials, wherever the node stands on its tab. Keyed, since a plain hash would
 * let anybody who reads it try out passwords.
 */
export function fingerprint (key: Uint8Array, node: FlowNode, credentials: Record<string, unknown> | undefined): string {
    const { x: _x, y: _y, credentials: _inline, ...rest } = node
    return createHmac('sha256', key).update(JSON.stringify([rest, credentials ?? null])).digest('base64').slice(0, 16)
}

function sorted (from: Record<string, unknown>): Record<string, unknown> {
    // fromEntries defines properties, so a key like __proto__ stays a key
    return Object.fromEntries(Object.keys(from).sort().map(key => [key, from[key]]))
}
