import { asId, idOf, typeOf } from './flow-node'
import type { FlowNode } from './model'
import { isObject } from './parse'
import { namesInCode, namesInCredentials, namesInNode, namesInTypedValue, parentPrefix, wholeValueName, type Found } from './referred-names'

const containers = ['tab', 'subflow', 'group', 'global-config']

/**
 * Where each of some variables is used, and what defines the same name nearer to the flows than the process does. Nodes are added one by
 * one, in any order, so that the caller may walk in slices.
 */
export class VariableUses {
    readonly #labels = new Map<string, string>()
    readonly #used = new Map<string, Set<string>>()
    readonly #shadows = new Map<string, Set<string>>()

    constructor (names: Iterable<string>) {
        for (const name of names) {
            this.#used.set(name, new Set())
            this.#shadows.set(name, new Set())
        }
    }

    /** Takes in one node of the flow file; it is not changed and not kept. @param credentials in clear, where at hand: they may name variables too */
    add (node: FlowNode, credentials?: Record<string, unknown>): void {
        if (!isObject(node)) { return }
        const { z, env } = node
        const [id, type] = [idOf(node), typeOf(node)]
        const isContainer = containers.includes(type)
        this.#labels.set(id, labelOf(node))
        // A tab or subflow is a place of its own; a config node for all flows stands for itself.
        const place = z === undefined || z === '' || type === 'tab' || type === 'subflow' ? id : asId(z)
        const found: Found = name => { this.#used.get(withoutPrefix(name))?.add(place) }
        if (isContainer || type.startsWith('subflow:')) {
            this.#addEntries(env, id, found)
        } else {
            namesInNode(node, found)
        }
        if (credentials !== undefined && !isContainer) { namesInCredentials(credentials, found) }
    }

    /** Labels, each once, sorted. */
    of (name: string): { usedIn: string[], shadowedBy: string[] } {
        const labels = (ids: Set<string> | undefined) => [...new Set([...ids ?? []].map(id => this.#labels.get(id) || id))].sort()
        return { usedIn: labels(this.#used.get(name)), shadowedBy: labels(this.#shadows.get(name)) }
    }

    #addEntries (entries: unknown, id: string, found: Found): void {
        for (const entry of Array.isArray(entries) ? entries as unknown[] : []) {
            if (!isObject(entry)) { continue }
            const { name, value, type } = entry
            if (typeof name === 'string') { this.#shadows.get(name)?.add(id) }
            if (typeof value !== 'string') { continue }
            if (type === 'env') { namesInTypedValue(value, found) }
            if (type === 'jsonata') { namesInCode(value, found) }
            const whole = type === 'conf-type' ? wholeValueName(value) : undefined
            if (whole !== undefined) { found(whole) }
        }
    }
}

function labelOf (node: FlowNode): string {
    const text = [node.label, node.name, node.type].find(label => typeof label === 'string' && label !== '')
    return typeof text === 'string' ? text : ''
}

function withoutPrefix (name: string): string {
    let from = 0
    while (name.startsWith(parentPrefix, from)) { from += parentPrefix.length }
    return name.slice(from)
}
