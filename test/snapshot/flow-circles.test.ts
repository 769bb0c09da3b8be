import should from 'should'
import { circleIn, endlessIn } from '../../src/snapshot/flow-circles'
import type { FlowNode } from '../../src/snapshot/model'

const tab = (id: string, change: FlowNode = {}): FlowNode => ({ id, type: 'tab', ...change })
const subflow = (id: string, name?: string): FlowNode => ({ id, type: 'subflow', ...(name && { name }) })
const use = (z: string, of: string): FlowNode => ({ id: `${z}-${of}`, type: `subflow:${of}`, z, x: 1, y: 1, wires: [] })
const group = (id: string | number, g?: string | number, z = 't'): FlowNode => ({ id, type: 'group', z, ...(g !== undefined && { g }) })

describe('flows that would end or hang Node-RED', () => {
    it('have a subflow inside of itself, directly or through others, and are told by its name', () => {
        should(circleIn([subflow('a', 'Mixer'), use('a', 'a')])).eql({ code: 'subflow-in-itself', part: 'Mixer' })
        const through = [tab('t'), use('t', 'a'), subflow('a'), use('a', 'b'), subflow('b'), use('b', 'c'), subflow('c'), use('c', 'b'), subflow('d'), use('c', 'd')]
        should(['b', 'c']).containEql(circleIn(through)?.part)
    })

    it('have a group inside of itself, whatever its ids are made of', () => {
        should(circleIn([tab('t'), group('g', 'g')])).eql({ code: 'group-in-itself', part: 'g' })
        should(circleIn([tab('t'), group(1, '2'), group(2, 1)])?.code).equal('group-in-itself')
        should(circleIn([tab('t'), group('__proto__', '__proto__')])?.code).equal('group-in-itself')
    })

    it('have groups that list each other, whatever they say of their outer one', () => {
        const lists = (id: string, ...nodes: unknown[]): FlowNode => ({ ...group(id), nodes })
        should(circleIn([tab('t'), lists('a', 'n', 'b'), lists('b', 'a')])?.code).equal('group-in-itself')
        should(circleIn([tab('t'), lists('a', 'a')])).eql({ code: 'group-in-itself', part: 'a' })
        should(circleIn([tab('t'), lists('a', 'b', 'b', 'gone', 7, null), { ...lists('b', 'n'), g: 'a' }, { ...group('c'), nodes: 'a' }])).be.null()
    })

    it('have a group whose outer one is not in its flow, which may be looked at all the same', () => {
        const flows = [tab('t'), tab('u'), group('g', 'elsewhere'), group('elsewhere', undefined, 'u')]
        should(circleIn(flows)).be.null()
        should(endlessIn(flows)).eql({ code: 'group-nowhere', part: 'g' })
        should(endlessIn([tab('t', { disabled: true }), group('g', 'gone')])).be.null()
        should(endlessIn([group('g', 'gone', 'no flow')])).be.null()
    })

    it('are not those in which subflows and groups are used more than once, or in each other', () => {
        const flows = [
            tab('t'), use('t', 'a'), use('t', 'b'), subflow('a'), use('a', 'b'), use('a', 'b'), subflow('b'), use('b', 'c'), use('b', 'gone'), subflow('c'),
            use('a', 'c'), group('g1', 'g2'), group('g2', 'g3'), group('g3'), group('g4', 'g3')
        ]
        should(endlessIn(flows)).be.null()
        should(endlessIn([null, 7, 'text', { id: {}, type: 'group', g: [] }] as never)).be.null()
    })

    it('are found as deep as flows may be', () => {
        const chain = Array.from({ length: 50_000 }, (_, index) => group(`g${index}`, `g${index + 1}`))
        should(endlessIn([tab('t'), ...chain, group('g50000')])).be.null()
        should(circleIn([tab('t'), ...chain, group('g50000', 'g0')])?.code).equal('group-in-itself')
    })
})
