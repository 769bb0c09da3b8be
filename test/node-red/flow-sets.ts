import type { FlowNode, OpenCredentials } from '../../src/snapshot/model'

/** What a Node-RED runs, as `POST flows` takes it. */
export interface FlowSet { flows: FlowNode[], credentials: OpenCredentials }

/** As plants have them: every kind of entry that a flow file knows, all types of Node-RED's own. */
export function plantFlows (): FlowSet {
    return {
        flows: [
            { id: 'tab1', type: 'tab', label: 'Füllstand – Linie 1', disabled: false, info: '# Ölstand\n\u2028😀', env: [{ name: 'LINE', value: '1', type: 'str' }, { name: 'KEY', type: 'cred' }] },
            { id: 'tab2', type: 'tab', label: 'Not in use', disabled: true, info: '', env: [] },
            {
                id: 'sub1', type: 'subflow', name: 'Scale', info: '', category: '', in: [{ x: 40, y: 40, wires: [{ id: 'sub1n' }] }],
                out: [{ x: 300, y: 40, wires: [{ id: 'sub1n', port: 0 }] }], env: [{ name: 'FACTOR', type: 'num', value: '2' }, { name: 'TOKEN', type: 'cred' }], color: '#DDAA99'
            },
            { id: 'sub1n', type: 'function', z: 'sub1', name: 'scale', func: 'return msg', outputs: 1, libs: [], x: 160, y: 40, wires: [[]] },
            { id: 'group1', type: 'group', z: 'tab1', name: 'Press', style: { label: true }, nodes: ['in1', 'group2'], env: [{ name: 'PIN', type: 'cred' }], x: 14, y: 19, w: 452, h: 162 },
            { id: 'group2', type: 'group', z: 'tab1', g: 'group1', name: 'Inner', nodes: ['req1'], x: 34, y: 59, w: 212, h: 82 },
            { id: 'in1', type: 'inject', z: 'tab1', g: 'group1', name: '', props: [{ p: 'payload' }], repeat: '', crontab: '', once: false, topic: '', x: 110, y: 60, wires: [['j1']] },
            { id: 'j1', type: 'junction', z: 'tab1', x: 220, y: 60, wires: [['req1', '99']] },
            { id: 'req1', type: 'http request', z: 'tab1', g: 'group2', name: 'MES', method: 'GET', ret: 'txt', url: 'http://127.0.0.1:9/', authType: 'basic', x: 320, y: 60, wires: [['5']], _mcu: { mcu: false }, x_own: [1, null, 'a'] },
            { id: '99', type: 'debug', z: 'tab1', name: 'second of the numbers', active: false, x: 520, y: 60, wires: [] },
            { id: '5', type: 'subflow:sub1', z: 'tab1', name: '', env: [{ name: 'FACTOR', value: '3', type: 'num' }, { name: 'TOKEN', type: 'cred' }], x: 430, y: 60, wires: [['off1']] },
            { id: 'off1', type: 'debug', z: 'tab1', name: 'switched off', d: true, active: true, x: 620, y: 60, wires: [] },
            { id: 'req2', type: 'http request', z: 'tab2', name: 'in a disabled tab', method: 'GET', url: 'http://127.0.0.1:9/', authType: 'bearer', x: 320, y: 60, wires: [[]] },
            { id: 'tls1', type: 'tls-config', name: 'plant CA', cert: '', key: '', ca: '', verifyservercert: true },
            { id: 'glob', type: 'global-config', name: 'global', env: [{ name: 'SITE', value: 'Köln', type: 'str' }, { name: 'SECRET', value: '', type: 'cred' }], modules: { 'node-red-node-random': '0.4.1' } }
        ],
        credentials: {
            tab1: { KEY: 'canary-tab' },
            sub1: { TOKEN: 'canary-subflow' },
            group1: { PIN: 'canary-group' },
            req1: { user: 'press', password: 'canary-password “ß”' },
            5: { TOKEN: 'canary-instance' },
            req2: { password: 'canary-bearer' },
            tls1: { certdata: '-----BEGIN canary-cert-----\nline\n', passphrase: 'canary-phrase' },
            glob: { map: { SECRET: 'canary-global', has_SECRET: true } }
        }
    }
}

/** With types that nothing has registered, so that Node-RED keeps the flows and starts none. */
export function unknownFlows (): FlowSet {
    const { flows, credentials } = plantFlows()
    return {
        flows: [
            ...flows,
            { id: 'u1', type: 'nowhere-node', z: 'tab1', anything: { deep: [1, { a: '' }] }, x: 20, y: 20, wires: [[]] },
            { id: 'u2', type: 'nowhere-config', host: '${HOST}' }
        ],
        credentials: { ...credentials, u1: { token: 'canary-unknown' }, u2: { nested: { list: ['canary-nested'] } } }
    }
}

/** What files in the field hold and no editor makes: an id twice, none at all, a number as id. */
export function oddFlows (): FlowSet {
    return {
        flows: [
            { id: 't', type: 'tab', label: 'odd' },
            { id: 'twice', type: 'debug', z: 't', name: 'first', active: false, wires: [] },
            { id: 'twice', type: 'http request', z: 't', name: 'second', wires: [[]] },
            { type: 'debug', z: 't', name: 'without an id', active: false, wires: [] },
            { id: 7, type: 'http request', z: 't', name: 'a number', wires: [[]] },
            { id: 'constructor', type: 'http request', z: 't', name: 'as every object has it', wires: [[]] }
        ],
        credentials: { twice: { password: 'canary-twice' }, 7: { password: 'canary-number' } }
    }
}

/** The same without the node that has no id: what comes from outside must not have any. */
export function oddIds (): FlowSet {
    const { flows, credentials } = oddFlows()
    return { flows: flows.filter(({ id }) => id !== undefined), credentials }
}

/** Two nodes in place of everything, one of them with other credentials. */
export function fewFlows (): FlowSet {
    return {
        flows: [
            { id: 'tab1', type: 'tab', label: 'Almost empty' },
            { id: 'req1', type: 'http request', z: 'tab1', name: 'other', method: 'GET', url: 'http://127.0.0.1:9/', wires: [[]] },
            { id: 'in1', type: 'http request', z: 'tab1', name: 'had none', method: 'GET', url: 'http://127.0.0.1:9/', wires: [[]] }
        ],
        credentials: { req1: { user: 'other', password: 'canary-other' }, in1: { user: 'canary-added' } }
    }
}
