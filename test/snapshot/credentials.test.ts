import should from 'should'
import { readFileSync } from 'node:fs'
import type { OpenCredentials } from '../../src/snapshot/model'
import { isSealed, open, openText, seal, sealPieces, sealText } from '../../src/snapshot/credentials'

interface Vector { id: string, secret: string, $: string }
interface Vectors {
    credentials: Array<Vector & { plaintext: OpenCredentials, json: string, file?: string }>
    hiddenEnv: Array<Vector & { plaintext: string }>
    wrongSecret: Array<Vector & { kind: 'credentials' | 'hiddenEnv', of?: string }>
    flowFile: Array<{ id: string, secret: string | false, file?: unknown }>
}
const vectors = JSON.parse(readFileSync('test/contract/crypto-vectors.json', 'utf8')) as Vectors
const ivOf = (sealed: string): Uint8Array => Buffer.from(sealed.slice(0, 32), 'hex')

describe('credentials', () => {
    it('of FlowFuse and of every Node-RED are opened', () => {
        vectors.credentials.length.should.be.above(0)
        for (const { id, secret, $, plaintext } of vectors.credentials) {
            should(open({ $ }, secret)).deepEqual(plaintext, id)
        }
    })

    it('are sealed to the very text that FlowFuse and Node-RED write', () => {
        for (const { id, secret, $, plaintext, json } of vectors.credentials) {
            sealText(json, secret, ivOf($)).should.equal($, id)
            JSON.stringify(plaintext).should.equal(json, id)
            seal(plaintext, secret, ivOf($)).should.deepEqual({ $ }, id)
        }
    })

    it('are sealed piece by piece to the same text, wherever the pieces end', () => {
        for (const { id, secret, $, json } of vectors.credentials) {
            const bytes = Buffer.from(json)
            for (const length of [1, 2, 3, 7, 64, bytes.length + 1]) {
                const count = Math.ceil(bytes.length / length)
                const pieces = Array.from({ length: count }, (_, index) => bytes.subarray(index * length, (index + 1) * length))
                Buffer.concat([...sealPieces(pieces, secret, ivOf($))]).toString().should.equal($, `${id} by ${length}`)
            }
        }
    })

    it('in pieces get an IV of their own each time', () => {
        const sealed = () => Buffer.concat([...sealPieces([Buffer.from('{}')], 'secret')]).toString()
        sealed().should.not.equal(sealed())
        should(open({ $: sealed() }, 'secret')).eql({})
    })

    it('are opened from a flows_cred.json', () => {
        const files = vectors.credentials.filter(vector => vector.file !== undefined)
        files.length.should.be.above(0)
        for (const { id, secret, file, plaintext } of files) {
            const content: unknown = JSON.parse(file ?? '')
            if (!isSealed(content)) { throw new Error(id) }
            should(open(content, secret)).deepEqual(plaintext, id)
        }
    })

    it('of an unencrypted file are not taken for sealed', () => {
        const files = vectors.flowFile.filter(vector => vector.file !== undefined)
        files.length.should.be.above(0)
        for (const { id, file } of files) { isSealed(file).should.equal(false, id) }
    })

    it('under a wrong secret, or damaged, are null', () => {
        const wrong = vectors.wrongSecret.filter(vector => vector.kind === 'credentials')
        wrong.map(({ id }) => id).should.containDeep(['wrong-but-json', 'broken-short', 'broken-iv', 'broken-cut'])
        for (const { id, secret, $ } of wrong) { should(open({ $ }, secret)).equal(null, id) }
    })

    it('are null when the plain text is no object of objects, or has hostile keys', () => {
        for (const plain of ['', '5', 'null', '[]', '"x"', '{"a":1}', '{"a":null}', '{"a":[]}', '{"a":"x"}', '{"__proto__":{}}', '{"a":{"__proto__":{}}}', '{"a":{"b":{"__proto__":1}}}', '{"constructor":{}}', '{"prototype":{}}']) {
            should(open({ $: sealText(plain, 'secret') }, 'secret')).equal(null, plain)
        }
        const deep = `{"a":{"b":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
        should(open({ $: sealText(deep, 'secret') }, 'secret')).equal(null)
    })

    it('are null when the text is no IV with base64', () => {
        const { $ } = seal({ a: { b: 'c' } }, 'secret')
        for (const text of ['', $.slice(0, 31), `${$}!`, `${$.slice(0, 40)}\n${$.slice(40)}`, $.slice(0, -1), ` ${$}`]) {
            should(open({ $: text }, 'secret')).equal(null, text)
        }
    })

    it('are sealed under another IV each time', () => {
        const credentials = { a: { b: 'c' } }
        seal(credentials, 'secret').$.slice(0, 32).should.not.equal(seal(credentials, 'secret').$.slice(0, 32))
        should(open(seal(credentials, 'secret'), 'secret')).deepEqual(credentials)
    })

    it('are told sealed by their $ alone', () => {
        for (const sealed of [{ $: '' }, { $: 'x', a: {} }]) { isSealed(sealed).should.equal(true) }
        for (const other of [null, undefined, 'x', [], {}, { $: {} }, { $: null }, Object.create({ $: 'x' })]) { isSealed(other).should.equal(false) }
    })
})

describe('hidden variables', () => {
    it('of FlowFuse are opened as the text they are', () => {
        vectors.hiddenEnv.length.should.be.above(0)
        for (const { id, secret, $, plaintext } of vectors.hiddenEnv) {
            should(openText($, secret)).equal(plaintext, id)
            sealText(plaintext, secret, ivOf($)).should.equal($, id)
        }
    })

    it('that are empty are a bare IV', () => {
        sealText('', 'secret').should.match(/^[0-9a-f]{32}$/)
        should(openText(sealText('', 'secret'), 'secret')).equal('')
    })

    it('keep a byte order mark', () => {
        should(openText(sealText('\ufeffx', 'secret'), 'secret')).equal('\ufeffx')
    })

    it('under a wrong secret are null where the result is no text', () => {
        const wrong = vectors.wrongSecret.filter(vector => vector.kind === 'hiddenEnv')
        wrong.length.should.be.above(0)
        for (const { id, secret, $ } of wrong) { should(openText($, secret)).equal(null, id) }
    })
})
