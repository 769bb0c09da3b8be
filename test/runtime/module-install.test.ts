import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { installModules, takeBackModules } from '../../src/runtime/module-install'
import type { NodeRedWriting } from '../../src/runtime/node-red-writing'
import { failure } from '../flowfuse/failure'
import { redDouble } from './red-double'

const name = 'node-red-contrib-for-newer'

describe('installing modules', () => {
    let userDir: string
    const done = () => ({ installed: [], afterRestart: [] })
    const lies = (version: string) => {
        mkdirSync(join(userDir, 'node_modules', name), { recursive: true })
        writeFileSync(join(userDir, 'node_modules', name, 'package.json'), JSON.stringify({ name, version, 'node-red': {} }))
    }
    const gone = () => rmSync(join(userDir, 'node_modules', name), { recursive: true, force: true })
    /** Node-RED's installer as it answers for a module that npm has put there and that Node-RED refuses to load. */
    const refusing = {
        addModule: async (_: string, version: string) => {
            lies(version.replace('=', ''))
            return await Promise.reject(new Error('Install failed'))
        },
        removeModule: async () => await Promise.reject(Object.assign(new Error(), { code: 404 }))
    } as unknown as NodeRedWriting

    beforeEach(() => { userDir = mkdtempSync(join(tmpdir(), 'module-install-')) })
    afterEach(() => rmSync(userDir, { recursive: true }))

    it('names one that npm has installed and Node-RED refused to load, since it can’t be taken away', async () => {
        const { nodeRed } = redDouble({ userDir })
        const wanted = [{ name, version: '2.0.0', here: null }]
        await failure(installModules(nodeRed, refusing, wanted, done()), 'module-install-failed')
        should(await takeBackModules(nodeRed, refusing, wanted)).eql([name])
    })

    it('takes it away where Node-RED can', async () => {
        const { nodeRed } = redDouble({ userDir })
        lies('2.0.0')
        const removing = { removeModule: async () => { await Promise.resolve(gone()) } } as unknown as NodeRedWriting
        should(await takeBackModules(nodeRed, removing, [{ name, version: '2.0.0', here: null }])).eql([])
    })

    it('leaves those alone that were never touched', async () => {
        const { nodeRed } = redDouble({ userDir })
        lies('1.0.0')
        should(await takeBackModules(nodeRed, {} as NodeRedWriting, [{ name, version: '2.0.0', here: '1.0.0' }, { name: 'another', version: '1.0.0', here: null }])).eql([])
    })

    it('installs the loaded version also where another one waits for a restart in its place', async () => {
        const { nodeRed } = redDouble({ userDir })
        lies('3.0.0')
        const asked: string[] = []
        const loaded = {
            addModule: async (_: string, version: string) => {
                asked.push(version)
                return version === '2.0.0' ? await Promise.reject(Object.assign(new Error(), { code: 'module_already_loaded' })) : lies('2.0.0')
            }
        } as unknown as NodeRedWriting
        await installModules(nodeRed, loaded, [{ name, version: '2.0.0', here: '3.0.0' }], done())
        asked.should.eql(['2.0.0', '=2.0.0'])
        await installModules(nodeRed, loaded, [{ name, version: '2.0.0', here: null }], done())
        asked.should.eql(['2.0.0', '=2.0.0', '2.0.0'])
    })
})
