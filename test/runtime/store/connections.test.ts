import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { Connections } from '../../../src/runtime/store/connections'
import type { StoredConnection } from '../../../src/runtime/store/connections-file'
import { DataKey } from '../../../src/runtime/store/data-key'
import { failure } from '../../flowfuse/failure'

const server = 'https://app.flowfuse.com'
const alice = { id: 'a1', username: 'alice', name: 'Alice Owner' }
const target = {
    team: { id: 't', name: 'Plant A' }, application: { id: 'p', name: 'Line 1' }, instance: { id: 'i', name: 'press', url: 'http://press' }
}
const token = 'ffpat_alice-s-own-token'

describe('the stored connections', () => {
    let folder: string
    let secrets: string[]
    const { rename } = fs

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'ffs-connections-'))
        secrets = ['node-red-secret']
    })

    afterEach(() => {
        fs.rename = rename
        rmSync(folder, { recursive: true })
    })

    /** As after a restart of Node-RED. */
    const opened = async () => {
        const connections = new Connections(folder, new DataKey(folder, () => secrets))
        await connections.load()
        return connections
    }
    const connect = async (user = '', token_ = token) => {
        const connections = await opened()
        await connections.connect(user, { server, user: alice, target: null }, token_)
        return connections
    }
    const path = () => join(folder, 'connections.json')
    const files = () => readdirSync(folder).sort()
    const stored = () => JSON.parse(readFileSync(path(), 'utf8')) as { users: Record<string, StoredConnection>, links: object }
    const setAsideFiles = () => files().filter(name => name.includes('.set-aside-'))

    it('are none at first, and no file is made of that', async () => {
        const connections = await opened()
        should(await connections.get('')).be.null()
        await failure(connections.token(''), 'not-connected')
        should(files()).eql([])
    })

    it('are there again after a restart', async () => {
        const before = await connect()
        await before.setTarget('', server, target)
        await before.setLink(server, 'i', { snapshotId: 's', name: 'v1', pushedAt: '2026-01-01T00:00:00.000Z' })
        const after = await opened()
        should(await after.token('')).eql({ server, token })
        should(await after.get('')).containEql({ server, user: alice, target })
        should(await after.link(server, 'i')).eql({ snapshotId: 's', name: 'v1', pushedAt: '2026-01-01T00:00:00.000Z' })
        should(await after.link('https://other.example', 'i')).be.null()
    })

    it('hold the token sealed: no file has it in clear', async () => {
        await connect()
        should(files()).eql(['connections.json', 'data-key.json'])
        for (const name of files()) {
            const text = readFileSync(join(folder, name), 'utf8')
            should(text).not.containEql(token)
            should(text).not.containEql(Buffer.from(token).toString('base64'))
        }
        should(JSON.parse(readFileSync(join(folder, 'data-key.json'), 'utf8'))).have.keys('version', 'wrapped').and.not.have.key('key')
    })

    it('hold an OAuth sign-in sealed, for itself alone', async () => {
        const signIn = { kind: 'oauth' as const, id: 'one', signedOut: false }
        const connections = await opened()
        await connections.connect('', { server, user: alice, target, signIn }, 'ffu_first')
        await connections.renew('', 'one', 'ffu_second')
        should(readFileSync(path(), 'utf8')).not.containEql('ffu_')
        should(await (await opened()).token('')).eql({ server, token: 'ffu_second', signIn })
        await failure(connections.renew('', 'another', 'ffu_third'), 'not-connected')
        await failure(connections.renew('ben', 'one', 'ffu_third'), 'not-connected')
        for (const change of [undefined, { ...signIn, id: 'another' }]) {
            const file = stored()
            writeFileSync(path(), JSON.stringify({ ...file, users: { '': { ...file.users[''], signIn: change } } }))
            await failure((await opened()).token(''), 'store-sealed-otherwise')
            writeFileSync(path(), JSON.stringify(file))
        }
        await connections.renew('', 'one', null)
        should(await (await opened()).token('')).eql({ server, token: '', signIn: { ...signIn, signedOut: true } })
        should((await connections.get(''))?.target).eql(target)
    })

    it('belong to one Node-RED user each', async () => {
        const connections = await opened()
        await Promise.all([
            connections.connect('ann', { server, user: alice, target: null }, 'ffpat_ann'),
            connections.connect('ben', { server: 'https://ben.example', user: alice, target }, 'ffpat_ben')
        ])
        const after = await opened()
        should(await after.token('ann')).eql({ server, token: 'ffpat_ann' })
        should(await after.token('ben')).eql({ server: 'https://ben.example', token: 'ffpat_ben' })
        await after.disconnect('ann')
        should(await after.get('ann')).be.null()
        should(JSON.stringify(stored())).not.containEql('"ann"')
        should((await after.token('ben')).token).equal('ffpat_ben')
        for (const nobody of ['', 'constructor', '__proto__', 'toString']) {
            should(await after.get(nobody)).be.null()
        }
    })

    it('belong to any name of a user, that of a prototype too', async () => {
        for (const name of ['__proto__', 'constructor']) {
            await connect(name, `ffpat_${name}`)
            const after = await opened()
            should((await after.token(name)).token).equal(`ffpat_${name}`)
            await after.setTarget(name, server, target)
            await after.setLink('__proto__', '', { snapshotId: 's', name: 'v1', pushedAt: '' })
            should((await (await opened()).get(name))?.target).eql(target)
            should(await after.get('server')).be.null()
            should(Object.prototype).not.have.property('server')
        }
        const connections = await opened()
        await connections.disconnect('__proto__')
        should(await (await opened()).get('__proto__')).be.null()
        should((await connections.token('constructor')).token).equal('ffpat_constructor')
    })

    it('send no token to another server, whoever changed the file', async () => {
        await connect()
        const file = stored()
        const [connection] = Object.values(file.users)
        writeFileSync(path(), JSON.stringify({ ...file, users: { '': { ...connection, server: 'https://evil.example' } } }))
        await failure((await opened()).token(''), 'store-sealed-otherwise')
    })

    it('give no token to another user, whoever changed the file', async () => {
        await connect('ann')
        const file = stored()
        writeFileSync(path(), JSON.stringify({ ...file, users: { ben: file.users.ann } }))
        await failure((await opened()).token('ben'), 'store-sealed-otherwise')
    })

    it('give no token from a sealed text that was changed', async () => {
        await connect()
        const file = stored()
        const connection = file.users[''] as StoredConnection
        for (const part of ['iv', 'tag', 'data'] as const) {
            const bytes = Buffer.from(connection.token[part], 'base64')
            bytes[0] = (bytes[0] ?? 0) ^ 1
            const changed = { ...connection, token: { ...connection.token, [part]: bytes.toString('base64') } }
            writeFileSync(path(), JSON.stringify({ ...file, users: { '': changed } }))
            await failure((await opened()).token(''), 'store-sealed-otherwise')
        }
        const short = { ...connection, token: { ...connection.token, tag: connection.token.tag.slice(0, 6) } }
        writeFileSync(path(), JSON.stringify({ ...file, users: { '': short } }))
        await failure((await opened()).token(''), 'store-sealed-otherwise')
    })

    describe('when Node-RED’s credential secret', () => {
        it('moves from the generated one to one of settings.js, can be opened from then on', async () => {
            secrets = ['generated']
            await connect()
            secrets = ['of settings.js', 'generated']
            await opened()
            secrets = ['of settings.js']
            should((await (await opened()).token('')).token).equal(token)
        })

        it('is added, are wrapped under it', async () => {
            secrets = []
            await connect()
            should(readFileSync(join(folder, 'data-key.json'), 'utf8')).containEql('"key"')
            secrets = ['new']
            should((await (await opened()).token('')).token).equal(token)
            should(readFileSync(join(folder, 'data-key.json'), 'utf8')).not.containEql('"key"')
            secrets = []
            await failure(new Connections(folder, new DataKey(folder, () => secrets)).token(''), 'store-sealed-otherwise')
        })

        for (const [change, now] of [['changes', ['another']], ['is removed', []]] as const) {
            it(`${change}, can’t be opened, and connecting again keeps the former key aside`, async () => {
                await connect()
                const key = readFileSync(join(folder, 'data-key.json'), 'utf8')
                secrets = [...now]
                const connections = new Connections(folder, new DataKey(folder, () => secrets))
                await failure(connections.load(), 'store-sealed-otherwise')
                await failure(connections.token(''), 'store-sealed-otherwise')
                should((await connections.get(''))?.server).equal(server)
                await connections.connect('', { server, user: alice, target: null }, 'ffpat_new')
                should((await (await opened()).token('')).token).equal('ffpat_new')
                should(setAsideFiles().map(name => readFileSync(join(folder, name), 'utf8'))).eql([key])
            })
        }

        it('comes back, can be opened again', async () => {
            await connect()
            secrets = ['another']
            await failure(new Connections(folder, new DataKey(folder, () => secrets)).load(), 'store-sealed-otherwise')
            secrets = ['node-red-secret']
            should((await (await opened()).token('')).token).equal(token)
        })
    })

    it('can’t be opened without the key, and a damaged key is never overwritten', async () => {
        await connect()
        writeFileSync(join(folder, 'data-key.json'), 'damaged')
        const connections = new Connections(folder, new DataKey(folder, () => secrets))
        await failure(connections.load(), 'store-sealed-otherwise')
        await connections.connect('', { server, user: alice, target: null }, token)
        should(setAsideFiles().map(name => readFileSync(join(folder, name), 'utf8'))).eql(['damaged'])
        rmSync(join(folder, 'data-key.json'))
        await failure((await opened()).token(''), 'store-sealed-otherwise')
    })

    const unreadable: Array<[string, (text: string) => string]> = [
        ['cut short', text => text.slice(0, -20)],
        ['empty', () => ''],
        ['of another version', text => text.replace('"version": 1', '"version": 2')],
        ['a list', () => '[]'],
        ['without a server', text => text.replace('"server"', '"serve"')],
        ['with an open token', text => text.replace(/"token": \{[^}]*\}/, '"token": "ffpat_open"')],
        ['with half a target', text => text.replace('"target": null', '"target": {"instance": 5}')],
        ['with half a user', text => text.replace('"id": "a1"', '"id": 1')]
    ]
    for (const [how, damage] of unreadable) {
        it(`are set aside, never deleted, when their file is ${how}`, async () => {
            await connect()
            const text = damage(readFileSync(path(), 'utf8'))
            should(text).not.equal(readFileSync(path(), 'utf8'))
            writeFileSync(path(), text)
            const connections = await opened()
            should(await connections.get('')).be.null()
            const [aside] = setAsideFiles()
            should(readFileSync(join(folder, aside ?? ''), 'utf8')).equal(text)
            should(connections.problem()).eql({ code: 'store-unreadable', params: { file: 'connections.json', aside } })
            await connections.connect('', { server, user: alice, target: null }, token)
            should(connections.problem()).be.null()
            should(setAsideFiles()).eql([aside])
            should((await (await opened()).token('')).token).equal(token)
        })
    }

    it('say so when the file can’t be looked at, and nothing is taken for an empty store', async () => {
        mkdirSync(path())
        const connections = new Connections(folder, new DataKey(folder, () => secrets))
        await failure(connections.get(''), 'store-read-failed', { file: 'connections.json', reason: 'EISDIR' })
        await failure(connections.connect('', { server, user: alice, target: null }, token), 'store-read-failed')
    })

    it('believe nothing that could not be written', async () => {
        const connections = await connect()
        fs.rename = async () => { throw Object.assign(new Error('full'), { code: 'ENOSPC' }) }
        await failure(connections.disconnect(''), 'store-write-failed', { reason: 'ENOSPC' })
        await failure(connections.setTarget('', server, target), 'store-write-failed')
        fs.rename = rename
        should((await connections.token('')).token).equal(token)
        should((await connections.get(''))?.target).be.null()
        await connections.setTarget('', server, target)
        should((await (await opened()).get(''))?.target).eql(target)
    })

    it('keep every one of many changes made at once', async () => {
        const connections = await connect()
        const ids = Array.from({ length: 20 }, (_, index) => `i${index}`)
        await Promise.all(ids.map(id => connections.setLink(server, id, { snapshotId: id, name: id, pushedAt: '' })))
        should(Object.keys(stored().links)).have.length(20)
    })

    it('take a target only for the server that is connected', async () => {
        const connections = await connect()
        await failure(connections.setTarget('', 'https://other.example', target), 'not-connected')
        await failure(connections.setTarget('nobody', server, target), 'not-connected')
        should((await connections.get(''))?.target).be.null()
    })
})
