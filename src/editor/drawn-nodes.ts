import type { FlowNode } from '../snapshot/model'

/** A flow as the renderer may have it. `ids`: the id of each drawn node by the name that it has in the drawing. */
export interface DrawnFlow { nodes: object[], ids: Map<string, string>, tooltips: Map<string, string> }

/** The name of the shown flow in a drawing. */
export const drawnFlowId = 'flow'

const textLength = 500
const mostOutputs = 500
const farthest = 50_000
/** What labels are made of, beside the name. */
const labelProperties = [
    'label', 'text', 'topic', 'payload', 'payloadType', 'repeat', 'crontab', 'once', 'filename', 'filenameType', 'overwriteFile', 'tag', 'host', 'addr',
    'server', 'port', 'method', 'url', 'statusCode', 'action', 'property', 'uncaught'
]
const colour = /^(#[0-9a-f]{3,8}|[a-z]{3,30}|rgba?\([\d\s.,%]{1,40}\))$/i

/**
 * The nodes of one flow or subflow, made anew from what a drawing needs: the renderer takes attributes, addresses and classes from what
 * it is given, and stops at what is not as it expects. Every node gets a name of its own, so that no id can mean something else there.
 */
export function drawnFlow (all: readonly FlowNode[], flowId: unknown, plain = false): DrawnFlow {
    const flow = all.find(({ id, type }) => id === flowId && (type === 'tab' || type === 'subflow'))
    const inside = all.filter(node => node.z === flowId && isPlaced(node))
    const names = new Map(inside.map((node, at) => [node.id, `n${at}`]))
    const definitions = usedSubflows(all, inside)
    const wired = new Map(inside.filter(({ type }) => type !== 'group').map(({ id }) => [id, names.get(id) ?? '']))
    const nodes = inside.map((node, at) => {
        const drawn = { ...placed(node), id: `n${at}`, z: drawnFlowId }
        switch (node.type) {
        case 'group': return { ...drawn, ...group(node, names) }
        case 'junction': return { ...drawn, type: 'junction', wires: wires(node.wires, wired) }
        default: return { ...drawn, ...ordinary(node, plain, definitions, all), wires: wires(node.wires, wired) }
        }
    })
    return {
        nodes: [shownFlow(flow, wired), ...[...definitions.values()].map(definition), ...nodes],
        ids: new Map(inside.map(({ id }, at) => [`n${at}`, text(id)])),
        tooltips: new Map(inside.map(({ type }, at) => [`n${at}`, text(definitions.get(type)?.name.name) || text(type)]))
    }
}

function isPlaced ({ x, y, type }: FlowNode): boolean {
    return Number.isFinite(x) && Number.isFinite(y) && !['tab', 'subflow', 'ui_spacer', 'ui-spacer'].includes(text(type))
}

function placed ({ x, y, d, l }: FlowNode): object {
    return { x: within(x), y: within(y), d: d === true, ...(typeof l === 'boolean' && { l }) }
}

function within (value: unknown): number {
    return typeof value === 'number' && Number.isFinite(value) ? Math.min(farthest, Math.max(-farthest, value)) : 0
}

/** Outputs, each with the drawn nodes that it leads to. */
function wires (given: unknown, names: Map<unknown, string>): string[][] {
    return list(given).slice(0, mostOutputs).map(output => list(output).map(id => names.get(id)).filter(name => name !== undefined))
}

function group (node: FlowNode, names: Map<unknown, string>): object {
    const style = record(node.style)
    const position = text(style['label-position'])
    return {
        type: 'group',
        name: text(node.name),
        w: Math.max(0, within(node.w)),
        h: Math.max(0, within(node.h)),
        nodes: list(node.nodes).map(id => names.get(id)).filter(name => name !== undefined),
        style: {
            ...Object.fromEntries(['stroke', 'fill', 'color'].filter(key => colour.test(text(style[key]))).map(key => [key, text(style[key])])),
            ...Object.fromEntries(['stroke-opacity', 'fill-opacity'].filter(key => /^[\d.]{1,8}$/.test(text(style[key]))).map(key => [key, text(style[key])])),
            label: style.label === true,
            'label-position': /^[ns][ew]?$/.test(position) ? position : 'nw'
        }
    }
}

interface Definition { name: FlowNode, drawn: string }

/** The subflows that stand in a flow, by the type of their nodes. */
function usedSubflows (all: readonly FlowNode[], inside: readonly FlowNode[]): Map<unknown, Definition> {
    const used = new Set(inside.map(({ type }) => type))
    const definitions = all.filter(({ id, type }) => type === 'subflow' && used.has(`subflow:${text(id)}`))
    return new Map(definitions.map((node, at) => [`subflow:${text(node.id)}`, { name: node, drawn: `s${at}` }]))
}

function definition ({ name: node, drawn }: Definition): object {
    return {
        id: drawn, type: 'subflow', name: text(node.name) || text(node.id), in: list(node.in).slice(0, 1).map(() => ({ wires: [] })), out: [],
        ...(colour.test(text(node.color)) && { color: text(node.color) })
    }
}

function shownFlow (flow: FlowNode | undefined, wired: Map<unknown, string>): object {
    if (flow?.type !== 'subflow') {
        return { id: drawnFlowId, type: 'tab', label: '', disabled: flow?.disabled === true }
    }
    const end = (given: unknown) => {
        const { x, y, wires: leading } = record(given)
        const kept = list(leading).map(record).filter(wire => wired.has(wire.id))
        return { x: within(x), y: within(y), wires: kept.map(({ id, port }) => ({ id: wired.get(id), port: Math.max(0, within(port)) })) }
    }
    return {
        id: drawnFlowId, type: 'subflow', name: '', in: list(flow.in).slice(0, 1).map(end), out: list(flow.out).slice(0, mostOutputs).map(end),
        ...(typeof flow.status === 'object' && flow.status !== null && { status: end(flow.status) })
    }
}

function ordinary (node: FlowNode, plain: boolean, definitions: Map<unknown, Definition>, all: readonly FlowNode[]): object {
    const type = text(node.type)
    const subflow = definitions.get(type)
    const name = ownLabel(node, all)
    if (subflow !== undefined) {
        return { type: `subflow:${subflow.drawn}`, name }
    }
    // A type that every object has something of that name for, or whose subflow is gone, says itself.
    if (plain || type in {} || type === '' || type.startsWith('subflow:')) {
        return { type: type.startsWith('subflow:') ? 'subflow:gone' : 'node', name: name || type || '?' }
    }
    return { ...labelled(node), type, name }
}

/** The name, or where the renderer has no good label, one of our own. */
function ownLabel (node: FlowNode, all: readonly FlowNode[]): string {
    const name = text(node.name)
    if (name !== '' || (node.type !== 'debug' && node.type !== 'link call')) {
        return name
    }
    if (node.type === 'link call') {
        const [target] = list(node.links)
        return text(all.find(({ id }) => id === target)?.name) || 'link call'
    }
    const { complete, targetType } = node
    return targetType === 'jsonata' ? 'JSONata' : complete === true || complete === 'true' ? 'msg' : `msg.${complete === 'false' ? 'payload' : text(complete) || 'payload'}`
}

function labelled (node: FlowNode): object {
    return {
        ...Object.fromEntries(labelProperties.filter(key => Boolean(node[key])).map(key => [key, text(node[key])])),
        ...(Array.isArray(node.rules) && { rules: node.rules.slice(0, mostOutputs).map(rule => texts(rule, ['t', 'pt', 'p'])) }),
        ...(Array.isArray(node.props) && { props: node.props.slice(0, mostOutputs).map(property => texts(property, ['p', 'v', 'vt'])) }),
        ...(Array.isArray(node.scope) && { scope: node.scope.slice(0, mostOutputs).map(() => '') })
    }
}

function texts (value: unknown, keys: string[]): object {
    const given = record(value)
    return Object.fromEntries(keys.map(key => [key, text(given[key])]))
}

function text (value: unknown): string {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).slice(0, textLength) : ''
}

function list (value: unknown): unknown[] {
    return Array.isArray(value) ? value : []
}

function record (value: unknown): Record<string, unknown> {
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
}
