import { createHash } from 'node:crypto'
import type { FlowNode, OpenCredentials } from '../../src/snapshot/model'

/** What the endpoint that is asked during a push answers at. */
export const endpointPath = '/bench/answer'

const nodesPerTab = 100
const site = ['Press', 'Oven', 'Conveyor', 'Packing', 'Boiler', 'Mixer']
const value = ['temperature', 'pressure', 'speed', 'torque', 'level', 'cycle time', 'energy']

const agreement = 'As agreed with maintenance and the line lead: above 80 the line is told, above 90 it stops after five seconds, and the reading ' +
    'is kept with the batch. Readings below the dead band are noise of the sensor and are not passed on. The limits are those of the ' +
    'acceptance test; whoever changes them asks quality first, tries them on the spare line, and writes the reason and the date below this text.'

type Kind = Record<string, unknown> & { type: string }

const rule = (name: string) => ({ t: 'set', p: 'payload', pt: 'msg', to: name, tot: 'str' })
const lookup = (name: string): Kind => ({
    type: 'http request', method: 'GET', ret: 'obj', paytoqs: 'ignore', url: `http://127.0.0.1:9/api/${encodeURIComponent(name)}`, authType: 'basic', tls: '', persist: false, proxy: '',
    insecureHTTPParser: false, senderr: false, headers: []
})

/** Twenty nodes as a plant's flows have them; two have credentials, and one is a function, each of which is a JavaScript world of its own. */
const mix: Array<(name: string) => Kind> = [
    () => ({ type: 'inject', props: [{ p: 'payload' }], repeat: '', crontab: '', once: false, onceDelay: 0.1, topic: '', payload: '', payloadType: 'date' }),
    name => ({ type: 'change', rules: [rule(name)], action: '', property: '', from: '', to: '', reg: false }),
    () => ({ type: 'switch', property: 'payload', propertyType: 'msg', rules: [{ t: 'gt', v: '80', vt: 'num' }], checkall: 'true', repair: false, outputs: 1 }),
    lookup,
    () => ({ type: 'json', property: 'payload', action: '', pretty: false }),
    () => ({ type: 'debug', active: false, tosidebar: true, console: false, tostatus: false, complete: 'payload', targetType: 'msg', statusVal: '', statusType: 'auto' }),
    name => ({ type: 'change', rules: [rule(name), { t: 'move', p: 'payload', pt: 'msg', to: 'reading', tot: 'msg' }], reg: false }),
    () => ({ type: 'delay', pauseType: 'delay', timeout: '5', timeoutUnits: 'seconds', rate: '1', nbRateUnits: '1', rateUnits: 'second', randomFirst: '1', randomLast: '5', drop: false }),
    () => ({ type: 'function', outputs: 1, func: 'const limit = Number(env.get("LIMIT") || 80)\nmsg.alarm = msg.payload > limit\nreturn msg', timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [] }),
    () => ({ type: 'switch', property: 'alarm', propertyType: 'msg', rules: [{ t: 'true' }, { t: 'else' }], checkall: 'true', repair: false, outputs: 2 }),
    () => ({ type: 'template', field: 'payload', syntax: 'mustache', template: '{"line": "{{topic}}", "reading": {{payload}} }', output: 'json' }),
    () => ({ type: 'range', minin: '0', maxin: '27648', minout: '0', maxout: '100', action: 'scale', round: false }),
    () => ({ type: 'rbe', func: 'deadbandEq', gap: '0.5', inout: 'out', property: 'payload' }),
    lookup,
    () => ({ type: 'debug', active: false, tosidebar: true, console: false, tostatus: false, complete: 'true', targetType: 'full', statusVal: '', statusType: 'auto' }),
    name => ({ type: 'comment', info: `## Limits of ${name}\n\n${agreement}` }),
    () => ({ type: 'split', splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', stream: false, addname: '' }),
    () => ({ type: 'join', mode: 'auto', build: 'object', property: 'payload', propertyType: 'msg', key: 'topic', joiner: '\\n', joinerType: 'str', timeout: '', count: '' }),
    () => ({ type: 'link out', mode: 'link', links: [] }),
    () => ({ type: 'change', rules: [{ t: 'delete', p: 'headers', pt: 'msg' }], reg: false })
]

/**
 * A flow set of that many nodes, about 300 bytes each in a push, with credentials on every tenth. Nothing in it runs by itself; one
 * endpoint answers at `endpointPath`.
 */
export function makeFlows (count: number): { flows: FlowNode[], credentials: OpenCredentials } {
    const flows: FlowNode[] = []
    const credentials: OpenCredentials = {}
    for (let index = 0; flows.length < count - 3; index++) {
        const name = `${site[index % site.length]} ${index} ${value[index % value.length]}`
        if (index % nodesPerTab === 0) {
            flows.push({ id: idOf('tab', index), type: 'tab', label: `Line ${index / nodesPerTab + 1}`, disabled: false, info: '', env: [] })
            continue
        }
        const kind = mix[index % mix.length]?.(name) ?? { type: 'comment' }
        const node = {
            id: idOf('node', index), z: idOf('tab', index - index % nodesPerTab), name, ...kind,
            x: 120 + index % 8 * 160, y: 60 + index % nodesPerTab * 40, wires: [[idOf('node', index + 1)]]
        }
        flows.push(node)
        if (kind.type === 'http request') {
            credentials[node.id] = { user: `reader-${index}`, password: idOf('password', index) }
        }
    }
    return { flows: [...flows, ...endpoint()], credentials }
}

function endpoint (): FlowNode[] {
    const [z, first, second] = ['tab', 'in', 'response'].map(part => idOf(`endpoint ${part}`, 0))
    return [
        { id: z, type: 'tab', label: 'Endpoint' },
        { id: first, type: 'http in', z, url: endpointPath, method: 'get', wires: [[second]] },
        { id: second, type: 'http response', z, wires: [] }
    ]
}

/** Sixteen hex digits, as Node-RED draws them, but the same in every run. */
function idOf (kind: string, index: number): string {
    return createHash('sha256').update(`${kind} ${index}`).digest('hex').slice(0, 16)
}
