import type { FlowNode } from '../snapshot/model'

/** A tab or subflow of a snapshot that is looked at. `count`: the nodes in it. */
export interface ViewedFlow { id: string, kind: 'tab' | 'subflow', name: string, disabled: boolean, count: number }

export interface ViewedFlows {
    flows: ViewedFlow[]
    /** Nodes that are drawn nowhere: config nodes, and what belongs to a flow that is not there. */
    undrawn: FlowNode[]
}

export interface FoundNode { id: string, name: string, type: string, flow: string | null }

/** A property of a node, as text. `of`: the name of the node that it refers to. */
export interface NodeProperty { name: string, text: string, of: string | null }

/** What the drawing shows already. */
const drawnProperties = ['id', 'type', 'x', 'y', 'z', 'wires', 'w', 'h', 'd', 'l', 'g']

/** What a snapshot's nodes are made up of: its tabs in their order, then its subflows. */
export function viewedFlows (nodes: readonly FlowNode[]): ViewedFlows {
    const counts = new Map<unknown, number>()
    for (const { z } of nodes) {
        counts.set(z, (counts.get(z) ?? 0) + 1)
    }
    const of = (kind: ViewedFlow['kind']) => nodes.filter(({ type, id }) => type === kind && typeof id === 'string').map(node => ({
        id: String(node.id), kind, name: nameOf(node), disabled: node.disabled === true, count: counts.get(node.id) ?? 0
    }))
    const flows = [...of('tab'), ...of('subflow')]
    const shown = new Set<unknown>(flows.map(({ id }) => id))
    return { flows, undrawn: nodes.filter(node => node.type !== 'tab' && node.type !== 'subflow' && !(shown.has(node.z) && typeof node.x === 'number')) }
}

/** The name that a user gave to a node, else its type. */
export function nameOf ({ name, label, type, id }: FlowNode): string {
    return [name, label, type, id].find(value => typeof value === 'string' && value.trim() !== '') as string | undefined ?? ''
}

/** Nodes whose name, type or id has every word of a search; at most `most` of them. */
export function findNodes (nodes: readonly FlowNode[], search: string, most: number): FoundNode[] {
    const words = search.toLowerCase().split(/\s+/).filter(word => word !== '')
    const found: FoundNode[] = []
    for (const node of words.length === 0 ? [] : nodes) {
        const [name, type, id] = [nameOf(node), textOf(node.type), textOf(node.id)]
        const text = `${name}\n${type}\n${id}`.toLowerCase()
        if (words.every(word => text.includes(word))) {
            found.push({ id, name, type, flow: typeof node.z === 'string' && node.z !== '' ? node.z : null })
        }
        if (found.length === most) {
            break
        }
    }
    return found
}

/** The properties of a node that no drawing shows, in their order. */
export function propertiesOfNode (node: FlowNode, nodes: readonly FlowNode[]): NodeProperty[] {
    return Object.entries(node).filter(([name]) => !drawnProperties.includes(name)).map(([name, value]) => {
        const other = typeof value === 'string' && value !== '' && name !== 'name' ? nodes.find(({ id }) => id === value) : undefined
        return { name, text: textOf(value), of: other === undefined ? null : nameOf(other) }
    })
}

function textOf (value: unknown): string {
    return typeof value === 'string' ? value : JSON.stringify(value, null, 4) ?? ''
}
