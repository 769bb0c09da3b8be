import should from 'should'
import { CodedError } from '../../src/shared/errors'
import { seal, sealText } from '../../src/snapshot/credentials'
import { parseFile } from '../../src/snapshot/file'

const secret = 'the secret of the file'
const node = { id: 'n', type: 'debug', z: 't' }
const tab = { id: 't', type: 'tab', label: 'line' }
const snapshot = (change: object = {}) => ({
    id: 's1', name: 'v1', description: 'the first', createdAt: '2020-01-01T00:00:00.000Z', updatedAt: '2020-01-02T00:00:00.000Z',
    user: { id: 'u', username: 'alice' }, exportedBy: { username: 'bob' }, ownerType: 'instance',
    flows: { flows: [tab, node], credentials: seal({ n: { password: 'open' } }, secret) },
    settings: { settings: { timeZone: 'UTC' }, env: { LINE: '4', TOKEN: { hidden: true, $: sealText('t', secret) } }, modules: { 'node-red': '4.0.9' } },
    ...change
})
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const parse = (value: unknown, given: string | null = null, name = 'backup.json') => parseFile(bytes(value), name, given)

function refusal (run: () => unknown): { code: string, text: string } {
    try {
        run()
    } catch (error) {
        const answer = error instanceof CodedError ? error.toAnswer() : { code: String(error) }
        return { code: answer.code, text: JSON.stringify(answer) }
    }
    return { code: 'none', text: '' }
}

describe('a file that a user opens', () => {
    it('is a snapshot of FlowFuse, whose sealed parts stay shut without the secret', () => {
        const { state, flowsOnly, credentials, env, name, username, createdAt, updatedAt, members, ownModules, settings } = parse(snapshot())
        should({ state, flowsOnly, credentials }).eql({ state: 'sealed', flowsOnly: false, credentials: {} })
        should(env).eql({ LINE: '4', TOKEN: { hidden: true, value: null } })
        should([name, username, createdAt, updatedAt]).eql(['v1', 'alice', '2020-01-01T00:00:00.000Z', '2020-01-02T00:00:00.000Z'])
        should(members).containEql({ id: 's1', exportedBy: { username: 'bob' }, ownerType: 'instance' })
        should({ ownModules, settings }).eql({ ownModules: { 'node-red': '4.0.9' }, settings: { timeZone: 'UTC' } })
    })

    it('opens with its secret, letter by letter', () => {
        const { state, credentials, env, notes } = parse(snapshot(), secret)
        should({ state, credentials, notes }).eql({ state: 'included', credentials: { n: { password: 'open' } }, notes: [] })
        should(env).eql({ LINE: '4', TOKEN: { hidden: true, value: 't' } })
        for (const wrong of [`${secret} `, secret.toUpperCase(), 'x']) {
            should(refusal(() => parse(snapshot(), wrong)).code).equal('file-secret-wrong')
        }
    })

    it('may need its secret for hidden variables alone, which proves little: that is said', () => {
        const flows = { flows: [tab, node], credentials: {} }
        should(parse(snapshot({ flows }))).containEql({ state: 'included', sealed: { credentials: false, variables: true } })
        const { state, env, notes } = parse(snapshot({ flows }), secret)
        should({ state, env: env.TOKEN, notes }).eql({ state: 'included', env: { hidden: true, value: 't' }, notes: [{ code: 'secret-for-variables', params: {} }] })
        const settings = { env: { TOKEN: { hidden: true, $: sealText('a value that is long enough to be no text by chance', secret) } } }
        should(refusal(() => parse(snapshot({ flows, settings }), 'another')).code).equal('file-secret-wrong')
    })

    it('may have its credentials in clear and a hidden variable sealed: each is told as it is', () => {
        const open = snapshot({ flows: { flows: [tab, node], credentials: { n: { password: 'open' } } } })
        should(parse(open)).containEql({ state: 'included', credentials: { n: { password: 'open' } }, sealed: { credentials: false, variables: true } })
        should(parse(open, secret)).containEql({ state: 'included', sealed: { credentials: false, variables: false } })
    })

    it('may have hidden variables that are sealed under another secret than its credentials, which is given after that', () => {
        const [another, value] = ['another secret', 'a value that is long enough to be no text by chance']
        const two = snapshot({ settings: { env: { TOKEN: { hidden: true, $: sealText(value, another) } } } })
        const first = parse(two, secret)
        should(first).containEql({ state: 'included', sealed: { credentials: false, variables: true }, notes: [{ code: 'another-secret', params: {} }] })
        const both = parseFile(bytes(two), 'x', another, secret)
        should(both).containEql({ state: 'included', credentials: { n: { password: 'open' } }, env: { TOKEN: { hidden: true, value } } })
        should(both.sealed).eql({ credentials: false, variables: false })
        should(refusal(() => parseFile(bytes(two), 'x', 'a third one', secret)).code).equal('file-secret-wrong')
    })

    it('needs no secret where nothing is sealed', () => {
        const open = snapshot({ flows: { flows: [node], credentials: { n: { password: 'open' } } }, settings: { env: { A: { hidden: true, value: 'b' } } } })
        should(parse(open)).containEql({ state: 'included', credentials: { n: { password: 'open' } }, env: { A: { hidden: true, value: 'b' } } })
        should(refusal(() => parse(open, secret)).code).equal('file-secret-unneeded')
    })

    it('may lack variables, settings, who made it and when', () => {
        for (const settings of [{}, { env: null }, { env: null, settings: null, modules: null }, null, undefined]) {
            const { env, modules, state } = parse(snapshot({ settings, user: null, createdAt: 7, updatedAt: 'soon' }), secret)
            should({ env, modules, state }).eql({ env: {}, modules: null, state: 'included' })
        }
        const { username, createdAt, updatedAt, name } = parse(snapshot({ user: 'x', createdAt: 7, updatedAt: 'soon', name: ' ', id: null }), secret, 'C:\\files\\plant.json')
        should([username, createdAt, updatedAt, name]).eql([null, '', '', 'plant'])
    })

    it('may begin with a byte-order mark, or be in UTF-16', () => {
        const text = JSON.stringify(snapshot({ name: 'Füllstand “4” 😀' }))
        const sixteen = Buffer.from(`\ufeff${text}`, 'utf16le')
        for (const encoded of [Buffer.from(`\ufeff${text}`), sixteen, Buffer.from(sixteen).swap16()]) {
            should(parseFile(encoded, 'x.json', null).name).equal('Füllstand “4” 😀')
        }
    })

    it('may be flows alone, in any form that Node-RED gives', () => {
        for (const flows of [[tab, node], { flows: [tab, node], rev: 'r' }, { flows: { flows: [tab, node] } }, []]) {
            const parsed = parse(flows, null, 'line 4.json')
            should(parsed).containEql({ flowsOnly: true, state: 'none', name: 'line 4', env: {}, modules: null, notes: [] })
            should(parsed.flows).eql(Array.isArray(flows) ? flows : [tab, node])
        }
    })

    it('gives nodes that came without their tab a tab to be on', () => {
        const parsed = parse([{ id: 'a', type: 'inject', z: 'gone' }, { id: 'b', type: 'debug', z: 'gone' }, { id: 'c', type: 'mqtt-broker' }], null, 'part.json')
        should(parsed.flows[0]).containEql({ id: 'gone', type: 'tab', label: 'part' })
        should(parsed.flows.length).equal(4)
        should(parsed.notes).eql([{ code: 'tabs-added', params: { count: 1 } }])
    })

    it('may be what FlowFuse’s agent, named FlowForge then, keeps on its device', () => {
        const old = { project: 'p', snapshot: { id: 's', name: 'old', flows: [tab, node], credentials: seal({ n: { a: 'b' } }, secret), env: { FF_PROJECT_ID: 'p', A: '1' }, modules: { '@flowforge/nr-file-nodes': '0.0.5' } } }
        should(parse(old, secret)).containEql({
            name: 'old', flowsOnly: false, state: 'included', credentials: { n: { a: 'b' } }, env: { FF_PROJECT_ID: 'p', A: '1' },
            modules: { '@flowforge/nr-file-nodes': '0.0.5' }
        })
    })

    it('keeps names as they are, whatever is in them', () => {
        const name = '\u202e<img src=x onerror=alert(1)>'
        should(parse(snapshot({ name, user: { username: name } }))).containEql({ name, username: name })
    })

    it('is refused in plain words when it is nothing of that, and without a word of what it holds', () => {
        const refused: Array<[string, string]> = [
            ['', 'file-empty'], [' \n', 'file-empty'], ['{"flows": canary', 'file-not-json'], ['canary', 'file-not-json'],
            ['"canary"', 'file-not-flows'], ['7', 'file-not-flows'], ['null', 'file-not-flows'], ['{}', 'file-not-flows'], ['[1,2]', 'file-not-flows'],
            ['[{"name":"canary"}]', 'file-not-flows'], ['{"dependencies":{"canary":"1"}}', 'file-not-flows'], ['{"flows":{"flows":"canary"}}', 'file-not-flows'],
            ['[{"id":"a","type":"tab"},{"id":"canary"},null]', 'file-nodes-unfit'],
            [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'file-hostile'],
            [`[{"id":"a","type":"b","deep":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}]`, 'file-hostile'],
            ['[{"id":"a","type":"b","__proto__":{"canary":true}}]', 'file-hostile'],
            ['{"flows":{"flows":[]},"constructor":{"prototype":{"canary":1}}}', 'file-hostile'],
            [JSON.stringify(snapshot({ settings: 'canary' })), 'file-part-unfit'],
            [JSON.stringify(snapshot({ settings: { env: ['canary'] } })), 'file-part-unfit'],
            [JSON.stringify(snapshot({ flows: { flows: [node], credentials: { n: 'canary' } } })), 'file-part-unfit'],
            [JSON.stringify(Array.from({ length: 50_001 }, (_, at) => ({ id: `canary${at}`, type: 'debug' }))), 'too-many-nodes']
        ]
        for (const [content, code] of refused) {
            const { code: found, text } = refusal(() => parse(content))
            should(found).equal(code, content.slice(0, 80))
            should(text).not.match(/canary/)
        }
        should(refusal(() => parseFile(Buffer.from([0x7b, 0xff, 0x7d]), 'x', null)).code).equal('file-not-json')
    })
})
