import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import { KeptVariables } from '../../../src/runtime/store/kept-variables'
import { failure } from '../../flowfuse/failure'
import { DiskFaults } from './faults'
import { LocalStore } from './local-store'

describe('the kept variables', () => {
    let store: LocalStore

    beforeEach(() => { store = new LocalStore() })
    afterEach(() => store.remove())

    /** As after a restart of Node-RED. */
    const kept = () => new KeptVariables(store.folder, store.dataKey())
    const file = () => join(store.folder, 'variables.json')
    const text = () => readFileSync(file(), 'utf8')
    const fill = () => kept().replaceAll([{ name: 'SITE', hidden: false, value: 'Füllstand' }, { name: 'SECRET', hidden: true, value: 'canary-value' }])

    it('are none at first', async () => {
        should(await kept().list()).eql([])
        should(await kept().valuesForProcess()).eql(new Map())
        should(readdirSync(store.folder)).eql([])
    })

    it('are there again after a restart, hidden ones sealed in a file for its owner alone', async () => {
        const variables = await fill()
        should(variables).eql([{ name: 'SITE', hidden: false, value: 'Füllstand' }, { name: 'SECRET', hidden: true, value: 'canary-value' }])
        should(await kept().list()).eql(variables)
        should(await kept().valuesForProcess()).eql(new Map([['SITE', 'Füllstand'], ['SECRET', 'canary-value']]))
        should(text()).containEql('Füllstand').and.not.containEql('canary-value')
        should(text()).not.containEql(Buffer.from('canary-value').toString('base64'))
        should(statSync(file()).mode & 0o777).equal(0o600)
    })

    it('are replaced wholly; one without a value keeps the one it has', async () => {
        await fill()
        await kept().replaceAll([{ name: 'SECRET', hidden: true }, { name: 'EMPTY', hidden: true, value: '' }])
        should(await kept().valuesForProcess()).eql(new Map([['SECRET', 'canary-value'], ['EMPTY', '']]))
        await kept().replaceAll([{ name: 'SECRET', hidden: false }, { name: 'EMPTY', hidden: false }])
        should(await kept().list()).eql([{ name: 'SECRET', hidden: false, value: 'canary-value' }, { name: 'EMPTY', hidden: false, value: '' }])
        await kept().replaceAll([{ name: 'SECRET', hidden: true }])
        should(text()).not.containEql('canary-value')
        should(await kept().list()).eql([{ name: 'SECRET', hidden: true, value: 'canary-value' }])
        await kept().replaceAll([])
        should(await kept().list()).eql([])
    })

    it('take no name twice, none of a prototype, and no value from nowhere', async () => {
        const before = await fill()
        await failure(kept().replaceAll([{ name: 'A', hidden: false, value: '1' }, { name: 'A', hidden: true, value: '2' }]), 'variable-name-invalid', { name: 'A' })
        await failure(kept().replaceAll([{ name: '__proto__', hidden: false, value: '1' }]), 'variable-name-invalid')
        await failure(kept().replaceAll([{ name: 'NEW', hidden: false }]), 'variable-not-set', { name: 'NEW' })
        should(await kept().list()).eql(before)
        await kept().replaceAll([{ name: 'constructor', hidden: false, value: '1' }])
        should(await kept().valuesForProcess()).eql(new Map([['constructor', '1']]))
    })

    it('keep a value that can’t be opened now, and never show it', async () => {
        await fill()
        store.secrets = ['another']
        await kept().replaceAll([{ name: 'SECRET', hidden: true }, { name: 'NEW', hidden: true, value: 'n' }])
        should(await kept().list()).eql([{ name: 'SECRET', hidden: true, value: null }, { name: 'NEW', hidden: true, value: 'n' }])
        should(await kept().countLocked()).equal(1)
        await failure(kept().replaceAll([{ name: 'SECRET', hidden: false }]), 'variable-not-set', { name: 'SECRET' })
        store.secrets = ['another', 'node-red-secret']
        should((await kept().valuesForProcess()).get('SECRET')).equal('canary-value')
    })

    it('give no value under another name, whoever changed the file', async () => {
        await fill()
        writeFileSync(file(), text().replace('"SECRET"', '"PUBLIC"'))
        should((await kept().list())[1]).eql({ name: 'PUBLIC', hidden: true, value: null })
    })

    for (const [how, damage] of [
        ['cut short', (whole: string) => whole.slice(0, -9)], ['empty', () => ''], ['a list', () => '[]'], ['null', () => 'null'],
        ['without a version', (whole: string) => whole.replace('"version": 1', '"version": "1"')],
        ['with a value that is none', (whole: string) => whole.replace('"Füllstand"', '5')],
        ['with half a seal', (whole: string) => whole.replace('"iv"', '"vi"')],
        ['with a hostile name', (whole: string) => whole.replace('"SITE"', '"__proto__"')]
    ] as const) {
        it(`are none when their file is ${how}, which is set aside and said`, async () => {
            await fill()
            const damaged = damage(text())
            writeFileSync(file(), damaged)
            const variables = kept()
            should(await variables.list()).eql([])
            const aside = String(variables.problem()?.params.aside)
            should(variables.problem()).eql({ code: 'variables-unreadable', params: { file: 'variables.json', aside } })
            should(readFileSync(join(store.folder, aside), 'utf8')).equal(damaged)
            await variables.replaceAll([])
            should(variables.problem()).be.null()
        })
    }

    it('of a newer version are left alone', async () => {
        const newer = '{"version":2,"variables":{}}'
        writeFileSync(file(), newer)
        await failure(kept().list(), 'store-newer', { file: 'variables.json' })
        await failure(kept().replaceAll([]), 'store-newer')
        should(text()).equal(newer)
    })

    it('are the old or the new ones wherever the process ends', async () => {
        const before = await fill()
        const disk = new DiskFaults()
        try {
            for (let at = 1, wasReached = true; wasReached; at++) {
                disk.fail(at, 'ENOSPC', 'all')
                const outcome = await kept().replaceAll([{ name: 'NEW', hidden: true, value: 'new' }]).then(() => 'done', (error: { code: string }) => error.code)
                wasReached = disk.operations.length >= at
                should(outcome).equal(wasReached ? 'store-write-failed' : 'done')
                disk.fail(Infinity, '', 'once')
                const after = await kept().list()
                should([JSON.stringify(before), '[{"name":"NEW","hidden":true,"value":"new"}]']).containEql(JSON.stringify(after))
                await fill()
            }
        } finally {
            disk.end()
        }
    })

    it('keep each of many changes made at once whole', async () => {
        const variables = kept()
        await Promise.all(['1', '2', '3'].map(value => variables.replaceAll([{ name: 'A', hidden: true, value }, { name: 'B', hidden: false, value }])))
        should(await kept().valuesForProcess()).eql(new Map([['A', '3'], ['B', '3']]))
    })
})
