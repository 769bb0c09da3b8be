import should from 'should'
import { environmentFile } from '../../src/runtime/environment-file'
import { packageFile } from '../../src/runtime/package-file'
import { openExport } from '../../src/runtime/pull-opening'
import { snapshotFileOut } from '../../src/runtime/snapshot-file-out'
import type { FileParts } from '../../src/shared/files'
import { parseEnv } from '../../src/snapshot/env-text'
import { Comparison } from '../fake/comparison'
import { openText } from '../fake/cipher'
import type { JsonObject } from '../fake/json'
import { Placeholders } from '../fake/placeholder'
import { Recording } from '../fake/recording'
import { failure } from '../flowfuse/failure'
import { content, filled, opened } from './recorded-file'
import { redDouble } from './red-double'

const recording = new Recording('2.33.2')
const secret = recording.world.secrets['secret-export']!
const all: FileParts = { flows: true, credentials: true, variables: 'all' }
const nodeRed = redDouble().nodeRed

async function written (...args: Parameters<typeof snapshotFileOut>): Promise<{ name: string, text: string, file: JsonObject }> {
    const { name, pieces } = await snapshotFileOut(...args)
    const text = Buffer.concat(pieces).toString('utf8')
    return { name, text, file: JSON.parse(text) as JsonObject }
}
const textOf = ({ pieces }: { pieces: Uint8Array[] }) => Buffer.concat(pieces).toString('utf8')

/** Ciphers differ each time, by their IV. */
const withoutCiphers = (text: string) => text.replace(/"\$": "[^"]*"/g, '"$": ""')

describe('a snapshot file that is made here', () => {
    const parts: Array<[exchange: string, parts: FileParts]> = [
        ['export/plain', all],
        ['export/without-credentials', { ...all, credentials: false }],
        ['export/without-flows', { ...all, flows: false }],
        ['export/env-keys', { ...all, variables: 'keys' }],
        ['export/without-env', { ...all, variables: 'none' }]
    ]
    const seed = filled(recording, recording.bodyOf('export/plain')) as JsonObject
    for (const [exchange, wanted] of parts) {
        it(`is what FlowFuse itself gave for ${exchange}, field by field and in its order`, async () => {
            const { text, file } = await written(opened(seed, secret), wanted, secret)
            const comparison = new Comparison(recording, new Placeholders(new Map(), recording.world.fixtures), 200)
            comparison.compare(recording.bodyOf(exchange), file, 'file')
            should(comparison.differences).eql([])
            should(withoutCiphers(text)).equal(withoutCiphers(JSON.stringify(filled(recording, recording.bodyOf(exchange)), null, 2)))
        })
    }

    it('is sealed under the secret that was given, and under no other', async () => {
        const { file } = await written(opened(seed, secret), all, 'another one')
        const { flows, settings } = file as { flows: { credentials: { $: string } }, settings: { env: { SEALED: { hidden: true, $: string } } } }
        should(JSON.parse(openText(flows.credentials.$, 'another one'))).eql(recording.world.plaintexts['creds-1'])
        should(openText(settings.env.SEALED.$, 'another one')).equal(recording.world.plaintexts['env-plain'])
        should(openText(flows.credentials.$, secret)).not.containEql('p4ss')
    })

    it('has the name that FlowFuse gives it, whatever the snapshot says of itself', async () => {
        should((await written(content(), all, secret)).name).equal('snapshot-AbCdEfGhIj-20260203-040506.json')
        const hostile = content({ from: { kind: 'local', id: '../../x"\r\n' } })
        should((await written({ ...hostile, updatedAt: '../"\r\n9' }, all, secret)).name).match(/^snapshot-[\w-]*\.json$/)
    })

    it('opens again with the same flows, byte for byte, also with ten thousand nodes', async () => {
        const flows = Array.from({ length: 10_000 }, (_, at) => ({ id: `n${at}`, type: 'function', func: `return "${at}\n\u2028\u202e<b>é鍵"`, wires: [[]], 7: at, e: {}, l: [] }))
        const before = content({ flows, settings: { env: { A: '1', H: { hidden: true, value: 'h' } } } })
        const { text } = await written(before, all, secret)
        const after = openExport({ bytes: Buffer.from(text), secret, fingerprintKey: new Uint8Array(32) })
        should(Buffer.concat(after.flowsJson).equals(Buffer.concat(before.opened.flowsJson))).be.true()
        should(after.env).eql(before.opened.env)
        should(after.revision).equal(before.opened.revision)
        should(text.startsWith('{\n  "flows": {\n    "flows": [\n      {\n        "7": 0,')).be.true()
    })

    it('keeps credentials out, and lacks nothing else, where they are not wanted', async () => {
        const { text, file } = await written(content({ settings: { env: { A: '1' } } }), { ...all, credentials: false }, '')
        should(text).not.containEql('p4ss')
        should((file.flows as JsonObject).credentials).eql({})
    })

    it('of what runs here brings its modules where a restore on FlowFuse installs them from', async () => {
        const modules = { 'node-red': '4.1.0', 'node-red-contrib-x': '1.0.0' }
        const here = { ...content({ from: { kind: 'running' }, settings: { modules } }), createdAt: '', updatedAt: '' }
        const { name, file } = await written(here, all, secret, { id: 'u', username: 'alice', name: 'Alice Owner' })
        should(file.settings).eql({ settings: { palette: { modules: { 'node-red-contrib-x': '1.0.0' } } }, env: {}, modules })
        should(file.exportedBy).eql({ id: 'u', username: 'alice', name: 'Alice Owner' })
        should(file.id).equal(here.opened.revision.slice(0, 10))
        should(new Date(file.createdAt as string).getTime()).be.within(Date.now() - 60_000, Date.now())
        should(name).match(/^snapshot-[0-9a-f]{10}-\d{8}-\d{6}\.json$/)
    })

    it('drops what only the local store has', async () => {
        const members = { local: { kind: 'named' }, sealed: { key: 'k' }, stored: { credentials: { $: 'x' } } }
        should(Object.keys((await written(content({ members }), all, secret)).file))
            .eql(['flows', 'id', 'name', 'description', 'createdAt', 'updatedAt', 'ownerType', 'settings'])
    })

    it('needs a secret that FlowFuse takes too, where there is anything to seal', async () => {
        await failure(snapshotFileOut(content(), all, 'short'), 'file-secret-short', { least: 8 })
        await failure(snapshotFileOut(content(), all, ' 1234567890'), 'file-secret-blanks')
        const hidden = content({ settings: { env: { H: { hidden: true, value: 'h' } } } })
        await failure(snapshotFileOut(hidden, { ...all, credentials: false }, ''), 'file-secret-short')
        await snapshotFileOut(hidden, { flows: true, credentials: false, variables: 'keys' }, '')
    })

    it('is refused rather than made without what was asked for', async () => {
        for (const credentials of ['missing', 'locked', 'not-told'] as const) {
            await failure(snapshotFileOut(content({ credentials }), all, secret), 'file-credentials-unread', { name: 'v1' })
            await snapshotFileOut(content({ credentials }), { ...all, credentials: false }, secret)
        }
        await failure(snapshotFileOut(content({ credentials: 'sealed' }), all, secret), 'file-secret-needed', { name: 'v1' })
        const shut = content({ settings: { env: { H: { hidden: true, value: 'h' }, A: '1' } } })
        shut.opened.env.H = { hidden: true, value: null }
        await failure(snapshotFileOut(shut, all, secret), 'file-variables-unread', { names: 'H' })
        should((await written(shut, { ...all, variables: 'keys' }, secret)).file).containDeep({ settings: { env: { H: '', A: '' } } })
    })
})

describe('a package.json of a snapshot', () => {
    it('has the modules, named and described as FlowFuse does it', () => {
        const from = { kind: 'remote', owner: { kind: 'device', id: 'd', name: 'Füller №1 / edge' }, snapshot: 'AbCdEfGhIj' } as const
        const modules = { 'node-red': '4.1.0', '@scope/x': '~1.0.0' }
        const { name, pieces } = packageFile(content({ from, settings: { modules } }))
        should(name).equal('package.json')
        should(JSON.parse(textOf({ pieces }))).eql({
            name: 'fuller-no1-edge', description: 'device snapshot, v1 - about', private: true, version: '0.0.0-AbCdEfGhIj', dependencies: modules
        })
    })

    it('has a version and a name that npm takes, also where nothing fits', () => {
        const { pieces } = packageFile(content({ name: '鍵', from: { kind: 'local', id: '007' }, settings: { modules: { x: '1.0.0' } } }))
        should(JSON.parse(textOf({ pieces }))).containEql({ name: 'snapshot', version: '0.0.0' })
    })

    it('is refused where the snapshot does not tell its modules', async () => {
        await failure((async () => packageFile(content()))(), 'file-modules-untold', { name: 'v1' })
    })
})

describe('an .env of a snapshot', () => {
    const env = { A: 'one two', 'B.C-D': "it's\nlong", H: { hidden: true, value: 's3cret' } }

    it('is read again as the same variables, or as their names', () => {
        const { name, pieces } = environmentFile(nodeRed, content({ settings: { env } }), true)
        should(name).equal('snapshot-AbCdEfGhIj-20260203-040506.env')
        should(parseEnv(textOf({ pieces }))).eql([['A', 'one two'], ['B.C-D', "it's\nlong"], ['H', 's3cret']])
        should(textOf(environmentFile(nodeRed, content({ settings: { env } }), false))).equal('A=\nB.C-D=\nH=\n')
    })

    it('makes comments of names that would be read as something else, and of values that are not known', () => {
        const hostile = content({ settings: { env: { 'A\nPATH': '/evil', 'B=C': 'x', 'D\u2028E': 'y', OK: '1' } } })
        hostile.opened.env.H = { hidden: true, value: null }
        should(parseEnv(textOf(environmentFile(nodeRed, hostile, true)))).eql([['OK', '1']])
    })

    it('is refused where there are no variables', async () => {
        await failure((async () => environmentFile(nodeRed, content(), true))(), 'file-variables-none', { name: 'v1' })
    })
})

