/** What can be read off one entry of a flow file, whatever it is: files in the field hold odd ones. */
import type { ChangeKind } from './change'
import { isObject } from './parse'

const structural: ReadonlySet<unknown> = new Set<ChangeKind>(['tab', 'subflow', 'group', 'junction'])

/** '' where there is none. A number counts as its digits, as it does where Node-RED looks nodes up. */
export function idOf (node: unknown): string {
    return isObject(node) ? asId(node.id) : ''
}

/** Id of the tab or subflow that it stands in; '' for tabs, subflows and what stands outside of them. */
export function flowOf (node: unknown): string {
    return isObject(node) && node.type !== 'tab' && node.type !== 'subflow' ? asId(node.z) : ''
}

export function typeOf (node: unknown): string {
    return isObject(node) && typeof node.type === 'string' ? node.type : ''
}

/** Name or label; '' where it has neither. */
export function nameOf (node: unknown): string {
    if (!isObject(node)) { return '' }
    return [node.name, node.label].find(text => typeof text === 'string' && text !== '') as string | undefined ?? ''
}

/** A node without x or y is a config node, by the rule of Node-RED's `parseConfig` (`@node-red/runtime/lib/flows/util.js`). */
export function kindOf (node: unknown): ChangeKind {
    if (!isObject(node)) { return 'node' }
    if (structural.has(node.type)) { return node.type as ChangeKind }
    if (Object.hasOwn(node, 'x') && Object.hasOwn(node, 'y')) { return 'node' }
    return asId(node.z) === '' ? 'global-config' : 'flow-config'
}

/** An id as text, '' for what is none. */
export function asId (value: unknown): string {
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
