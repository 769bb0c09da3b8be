import should from 'should'
import { capture } from '../../src/runtime/capture'
import { cutFlowText } from '../../src/runtime/flow-text'
import { parsePieces } from '../../src/runtime/json-pieces'
import { Slice } from '../../src/runtime/slice'
import type { FlowNode } from '../../src/snapshot/model'
import { redDouble, revisionOf, type RedDouble } from './red-double'

const textOf = (pieces: Buffer[]) => Buffer.concat(pieces).toString()
const jsonOf = (flows: unknown) => Buffer.from(JSON.stringify(flows))

/** A subflow whose output names nodes as they begin in the text, and enough nodes for several pieces. */
function large (): FlowNode[] {
    const nodes = Array.from({ length: 500 }, (_, index) => ({ id: `n${index}`, type: 'x', z: 's', info: `,{"id":"n${index + 1}"} ”😀\u2028`.repeat(20) }))
    return [{ id: 's', type: 'subflow', out: [{ wires: nodes.map(({ id }) => ({ id, port: 0 })) }] }, ...nodes]
}

describe('the text of flows that is stored already', () => {
    let red: RedDouble

    beforeEach(() => {
        red = redDouble()
    })

    const capturedWith = async (flows: FlowNode[], stored: FlowNode[]) => {
        red.deploy(flows)
        return await capture(red.nodeRed, { withoutReferences: true, flowText: { json: jsonOf(stored), rev: revisionOf(stored) } })
    }

    it('is cut between nodes, and stays the same text', async () => {
        const flows = large()
        const pieces = await cutFlowText(jsonOf(flows), flows, new Slice())
        pieces.length.should.be.within(4, 10)
        textOf(pieces).should.equal(JSON.stringify(flows))
        should([...parsePieces(pieces)].flat()).eql(flows)
    })

    it('is cut nowhere where nothing is to cut', async () => {
        for (const flows of [[], [{ id: 'n', type: 'x' }]]) {
            ;(await cutFlowText(jsonOf(flows), flows, new Slice())).map(String).should.eql([JSON.stringify(flows).slice(0, -1), ']'])
        }
    })

    it('stays the same text where a node stands within another', async () => {
        const flows = large()
        const [inner] = flows.splice(50, 1)
        const nested = [{ id: 'outer', type: 'x', first: 'long '.repeat(20_000), list: [1, inner] }, ...flows.slice(0, 49), inner!, ...flows.slice(49)]
        textOf(await cutFlowText(jsonOf(nested), nested, new Slice())).should.equal(JSON.stringify(nested))
    })

    it('is cut in no string, and before nothing that is no node', async () => {
        const long = 'long '.repeat(20_000)
        for (const [odd, holder] of [[{}, { text: 'b,{}' }], [[], { text: 'b,[]' }], ['credentials', { a: 1, credentials: 2 }]]) {
            const flows = [{ id: 'n', type: 'x', long, holder }, odd, odd, { id: 'm', type: 'x', long }, { id: 'o', type: 'x' }] as FlowNode[]
            const pieces = await cutFlowText(jsonOf(flows), flows, new Slice())
            textOf(pieces).should.equal(JSON.stringify(flows))
            should([...parsePieces(pieces)].flat()).eql(flows)
        }
    })

    it('is one piece from where the nodes have become others', async () => {
        const flows = large()
        const pieces = await cutFlowText(jsonOf(flows), flows.map((node, index) => index > 300 ? { ...node, changed: true } : node), new Slice())
        textOf(pieces).should.equal(JSON.stringify(flows))
        should([...parsePieces(pieces)].flat()).eql(flows)
    })

    it('is cut at each node where these are large', async () => {
        const flows = Array.from({ length: 20 }, (_, index) => ({ id: `n${index}`, type: 'x', long: 'long '.repeat(20_000) }))
        const pieces = await cutFlowText(jsonOf(flows), flows, new Slice())
        pieces.length.should.equal(21)
        should([...parsePieces(pieces)].flat()).eql(flows)
    })

    it('is what a capture gives, with all the rest as ever', async () => {
        const flows = large()
        const withText = await capturedWith(flows, flows)
        const without = await capture(red.nodeRed, { withoutReferences: true })
        textOf(withText.flowsJson).should.equal(textOf(without.flowsJson))
        should({ ...withText, flowsJson: [], bytes: 0 }).eql({ ...without, flowsJson: [], bytes: 0 })
        withText.bytes.should.equal(without.bytes)
    })

    it('is of no use where others run', async () => {
        const flows: FlowNode[] = [{ id: 'n', type: 'x' }]
        textOf((await capturedWith(flows, [{ id: 'n', type: 'y' }])).flowsJson).should.equal(JSON.stringify(flows))
    })
})
