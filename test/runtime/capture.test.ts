import should from 'should'
import { capture, type Capture } from '../../src/runtime/capture'
import { pushBody } from '../../src/runtime/push-body'
import { limits } from '../../src/shared/limits'
import type { FlowNode } from '../../src/snapshot/model'
import { failure } from '../flowfuse/failure'
import { redDouble, revisionOf, type RedDouble } from './red-double'

const text = (pieces: Buffer[]) => Buffer.concat(pieces).toString()
const flowsOf = ({ flowsJson }: Capture) => text(flowsJson)
const credentialsOf = ({ credentialsJson }: Capture) => JSON.parse(text(credentialsJson)) as unknown

describe('capturing what runs, node by node', () => {
    let red: RedDouble

    beforeEach(() => {
        red = redDouble()
    })

    const captured = (flows: unknown[], credentials?: Record<string, Record<string, unknown>>) => {
        red.deploy(flows as FlowNode[], credentials)
        return capture(red.nodeRed)
    }

    it('gives exactly what was deployed, as JSON', async () => {
        const flows = [{ id: 't', type: 'tab', label: 'Füllstand “4” 😀', disabled: true }, { type: 'x', id: 'n', a: [1, null, { b: '\u2028' }] }]
        const result = await captured(flows)
        should(flowsOf(result)).equal(JSON.stringify(flows))
        should(result.revision).equal(revisionOf(flows))
        should(result.counts).eql({ flows: 1, subflows: 0, nodes: 1, nodesWithCredentials: 0 })
        should(result.oddities).eql({ withoutId: 0, duplicateIds: 0, disabledFlows: 1 })
    })

    it('gives an empty set', async () => {
        const result = await captured([])
        should(flowsOf(result)).equal('[]')
        should(text(result.credentialsJson)).equal('{}')
    })

    it('gives the credentials of every node that has some, and leaves the runtime’s own untouched', async () => {
        const credentials = { t: { secret: 'a' }, n: { user: 'u', deep: { x: [1] } }, 5: { five: 'yes' }, empty: {}, orphan: { gone: 'x' } }
        const before = structuredClone(credentials)
        const result = await captured([{ id: 't', type: 'tab' }, { id: 'n', type: 'x' }, { id: 5, type: 'x' }, { id: 'empty', type: 'x' }], credentials)
        should(credentialsOf(result)).eql({ t: { secret: 'a' }, n: { user: 'u', deep: { x: [1] } }, 5: { five: 'yes' } })
        should(result.counts.nodesWithCredentials).equal(3)
        should(credentials).eql(before)
    })

    it('gives the credentials of an id once, however often it is there', async () => {
        const result = await captured([{ id: 'n', type: 'x' }, { id: 'n', type: 'y' }, { id: 5, type: 'x' }, { id: '5', type: 'x' }], { n: { a: 'b' }, 5: { c: 'd' } })
        should(text(result.credentialsJson)).equal('{"n":{"a":"b"},"5":{"c":"d"}}')
        should(result.oddities.duplicateIds).equal(2)
    })

    it('counts missing and odd ids, which are no double ones', async () => {
        const result = await captured([{ type: 'x' }, { type: 'y' }, { id: '', type: 'z' }, { id: 5, type: 'z' }])
        should(result.oddities).eql({ withoutId: 4, duplicateIds: 0, disabledFlows: 0 })
    })

    it('takes credentials out of nodes, but only after the proof', async () => {
        const flows = [{ id: 'n', type: 'x', credentials: { password: 'inline' }, name: 'y' }]
        const result = await captured(flows)
        should(flowsOf(result)).equal('[{"id":"n","type":"x","name":"y"}]')
        should(result.revision).equal(revisionOf(flows))
        should(text([...result.flowsJson, ...result.credentialsJson])).not.containEql('inline')
    })

    it('finds variables also where credentials name them', async () => {
        const result = await captured([{ id: 'n', type: 'x', url: '${LINE}' }], { n: { password: '${LINE_PASSWORD}' } })
        should(result.references).eql(['LINE', 'LINE_PASSWORD'])
    })

    it('refuses what is not proven: hash and announced revision differ', async () => {
        red.deploy([{ id: 'n', type: 'x' }])
        red.events.emit('runtime-event', { id: 'runtime-deploy', payload: { revision: 'f'.repeat(64) } })
        await failure(capture(red.nodeRed), 'capture-unproven')
    })

    it('begins again when a deploy comes in between, and gives the new flows', async () => {
        const next = [{ id: 'new', type: 'x' }]
        let deploys = 0
        red.onCredentials = () => {
            if (deploys++ === 0) {
                red.deploy(next)
            }
        }
        should(flowsOf(await captured([{ id: 'old', type: 'x' }]))).equal(JSON.stringify(next))
    })

    it('gives up when deploys never end', async () => {
        let deploys = 0
        red.onCredentials = () => { red.deploy([{ id: `n${deploys++}`, type: 'x' }]) }
        await failure(captured([{ id: 'first', type: 'x' }]), 'capture-moved')
    })

    it('waits for no flows that were not loaded', async () => {
        await failure(capture(red.nodeRed), 'flows-not-loaded')
    })

    it('refuses more nodes than it can handle', async () => {
        const flows = Array.from({ length: limits.flowNodes + 1 }, () => ({}))
        await failure(captured(flows), 'too-many-nodes', { count: limits.flowNodes + 1, max: limits.flowNodes })
    })

    it('lets everything else run in between', async () => {
        let ticks = 0
        let isAtWork = true
        const tick = () => {
            ticks += 1
            if (isAtWork) {
                setImmediate(tick)
            }
        }
        setImmediate(tick)
        await captured(Array.from({ length: 20_000 }, (_, index) => ({ id: `n${index}`, type: 'function', func: `return msg // ${'x'.repeat(200)}`, wires: [[]] })))
        isAtWork = false
        should(ticks).be.above(5)
    })

    describe('while Node-RED lacks its credentials', () => {
        const failed = { id: 'runtime-state', payload: { error: 'credentials_load_failed' }, retain: true }
        const flows = [{ id: 'n', type: 'x' }]

        it('is refused, also after the start that follows', async () => {
            red.events.emit('runtime-event', failed)
            await failure(captured(flows), 'credentials-not-decrypted')
        })

        it('is possible again after a deploy, which has written what there is', async () => {
            red.events.emit('runtime-event', failed)
            red.deploy(flows)
            red.deploy(flows)
            should(flowsOf(await capture(red.nodeRed))).equal(JSON.stringify(flows))
        })

        it('is refused again when a reload fails in the same way', async () => {
            red.deploy(flows)
            red.deploy(flows)
            red.events.emit('runtime-event', failed)
            await failure(captured(flows), 'credentials-not-decrypted')
        })
    })
})

describe('the body of a push', () => {
    it('parses back to exactly what was captured and given', async () => {
        const red = redDouble()
        const flows = Array.from({ length: 2000 }, (_, index) => ({ id: `n${index}`, type: 'x', text: `“${'ü😀'.repeat(20)}” \\ \n ${index}` }))
        const credentials = Object.fromEntries(flows.slice(0, 500).map(({ id, text }) => [id, { password: text }]))
        red.deploy(flows, credentials)
        const content = { name: 'v“1”\n', description: '\\', modules: { 'node-red': '4.1.15' }, env: { LINE: '4"' } }
        const { chunks, bytes } = pushBody(await capture(red.nodeRed), content)
        const whole = Buffer.concat(chunks)
        should(whole.length).equal(bytes)
        should(JSON.parse(whole.toString())).eql({
            name: content.name, description: content.description, flows, credentials, settings: { modules: content.modules, env: content.env }
        })
    })

    it('names no variables when the instance keeps its own', async () => {
        const red = redDouble()
        red.deploy([])
        const { chunks } = pushBody(await capture(red.nodeRed), { name: 'v1', description: '', modules: {}, env: null })
        should(text(chunks)).equal('{"name":"v1","description":"","flows":[],"credentials":{},"settings":{"modules":{}}}')
    })
})
