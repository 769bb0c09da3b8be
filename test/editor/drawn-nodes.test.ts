import 'should'
import { drawnFlow, drawnFlowId } from '../../src/editor/drawn-nodes'
import type { FlowNode } from '../../src/snapshot/model'

interface Drawn {
    id: string, type: string, name: string, x: number, y: number, wires: string[][], nodes: string[], style: object
    in: Array<{ wires: object[] }>, out: Array<{ wires: object[] }>
}

const node = (id: string, more: object = {}): FlowNode => ({ id, type: 'function', z: 'flow1', name: id, x: 100, y: 40, wires: [[]], ...more })
const draw = (nodes: FlowNode[], flow = 'flow1') => {
    const { nodes: drawn, ids, tooltips } = drawnFlow(nodes, flow)
    const named = (id: string) => (drawn as Drawn[]).find(each => ids.get(each.id) === id)!
    return { drawn: drawn as Drawn[], ids, tooltips, named }
}

describe('nodes that are drawn', () => {
    it('are those of one flow that have a place, under names of their own', () => {
        const { drawn, ids } = draw([
            { id: 'flow1', type: 'tab', label: 'Line 1' }, node('a', { wires: [['b'], ['elsewhere']] }), node('b'), node('elsewhere', { z: 'flow2' }), { id: 'broker', type: 'mqtt-broker', z: 'flow1' }
        ])
        drawn.map(({ id }) => id).should.eql([drawnFlowId, 'n0', 'n1'])
        ;[...ids].should.eql([['n0', 'a'], ['n1', 'b']])
        drawn[1]!.wires.should.eql([['n1'], []])
    })

    it('keep no property that the renderer could take for an attribute or an address', () => {
        const style = { label: true, stroke: 'red', fill: 'url(//elsewhere.example)', onclick: 'steal()', style: 'fill: url(//x)', 'fill-opacity': '0.5', color: 'rgb(1, 2, 3)' }
        const { named } = draw([
            node('group', { type: 'group', style, nodes: ['a', 'gone'], w: 10, h: 10 }), node('a'), { id: 's', type: 'subflow', color: 'url(#x)', icon: 'constructor' }, node('use', { type: 'subflow:s', name: '' })
        ])
        named('group').style.should.eql({ stroke: 'red', color: 'rgb(1, 2, 3)', 'fill-opacity': '0.5', label: true, 'label-position': 'nw' })
        named('group').nodes.should.eql(['n1'])
        named('use').type.should.equal('subflow:s0')
        JSON.stringify(draw([node('x', { onload: 'y', href: 'z' })]).drawn).should.not.match(/onload|href/)
    })

    it('may hold anything where a text, a number or a list belongs', () => {
        const odd: unknown[] = [null, 5, true, 'text', [], [null], {}, { toString: 1 }, [[{}]]]
        const keys = ['id', 'type', 'name', 'x', 'y', 'wires', 'nodes', 'style', 'links', 'rules', 'props', 'scope', 'complete', 'in', 'out', 'status', 'w', 'd', 'l']
        const types = ['function', 'group', 'junction', 'inject', 'change', 'catch', 'debug', 'link call', 'subflow', 'subflow:sub', 'constructor', '__proto__']
        const nodes = types.flatMap(type => keys.flatMap(key => odd.map(value => node(`${type}${key}`, { type, [key]: value }))))
        const { drawn } = draw([{ id: 'sub', type: 'subflow', in: 4, out: [null], status: 'x' }, ...nodes])
        for (const { x, y } of drawn.filter(({ id }) => id.startsWith('n'))) {
            ;[typeof x, typeof y].should.eql(['number', 'number'])
        }
        drawnFlow([{ id: 'sub', type: 'subflow', in: [null], out: [{ wires: [{ id: 'sub' }, 3] }], status: {} }], 'sub').nodes.should.have.length(1)
    })

    it('of types that every object has something for are drawn as unknown ones', () => {
        const { named, tooltips } = draw([node('a', { type: 'constructor', name: '' }), node('b', { type: 'toString', name: 'mine' })])
        named('a').should.containEql({ type: 'node', name: 'constructor' })
        named('b').should.containEql({ type: 'node', name: 'mine' })
        tooltips.get('n0')!.should.equal('constructor')
    })

    it('show the ends of a subflow, without wires to what is not there', () => {
        const flow = { id: 'flow1', type: 'subflow', name: 'Scale', in: [{ x: 40, y: 40, wires: [{ id: 'a' }, { id: 'gone' }] }], out: [{ x: 200, y: 40, wires: [{ id: 'a', port: 1 }, { id: 'flow1', port: 0 }] }] }
        const [shown] = draw([flow, node('a')]).drawn
        shown!.in[0]!.wires.should.eql([{ id: 'n0', port: 0 }])
        shown!.out[0]!.wires.should.eql([{ id: 'n0', port: 1 }])
    })

    it('without a name are labelled by what they do where the renderer can’t', () => {
        const { named } = draw([
            node('d', { type: 'debug', name: '', complete: 'payload.x' }), node('all', { type: 'debug', name: '', complete: 'true' }),
            node('call', { type: 'link call', name: '', links: ['target'] }), node('target', { z: 'flow2', type: 'link in', name: 'to the press' })
        ])
        named('d').name.should.equal('msg.payload.x')
        named('all').name.should.equal('msg')
        named('call').name.should.equal('to the press')
    })
})
