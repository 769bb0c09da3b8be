import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { installedModules } from '../../src/runtime/modules'
import { ModulesInUse } from '../../src/snapshot/modules'
import { redDouble } from './red-double'

describe('the modules of this Node-RED', () => {
    let userDir: string

    beforeEach(() => {
        userDir = mkdtempSync(join(tmpdir(), 'ffs-modules-'))
    })

    afterEach(() => rmSync(userDir, { recursive: true }))

    const install = (name: string, manifest: unknown) => {
        mkdirSync(join(userDir, 'node_modules', name), { recursive: true })
        writeFileSync(join(userDir, 'node_modules', name, 'package.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
    }
    const dependencies = (of: unknown) => writeFileSync(join(userDir, 'package.json'), JSON.stringify({ dependencies: of }))
    const list = (inUse = new ModulesInUse(), nodes: unknown = {}) => installedModules(redDouble({ userDir, nodes }).nodeRed, inUse)

    it('are Node-RED alone where nothing was installed', async () => {
        should(await list()).eql({ modules: { 'node-red': '4.1.15' }, leftOut: [], missingTypes: [] })
        writeFileSync(join(userDir, 'package.json'), 'no JSON')
        should((await list()).modules).eql({ 'node-red': '4.1.15' })
        dependencies('odd')
        should((await list()).modules).eql({ 'node-red': '4.1.15' })
    })

    it('are listed with the installed version, not the wanted one, and without this plugin', async () => {
        dependencies({ 'node-red-contrib-x': '~1.0.0', 'not-there': '^2.1.0', 'node-red-contrib-flowfuse-snapshots': '*' })
        install('node-red-contrib-x', { version: '1.0.4' })
        should((await list()).modules).eql({ 'node-red': '4.1.15', 'node-red-contrib-x': '1.0.4', 'not-there': '^2.1.0' })
    })

    it('are left out and named when no registry has them', async () => {
        dependencies({ mine: 'file:../mine', linked: '^1.0.0', '../../etc': '1.0.0' })
        install('mine', { version: '1.0.0' })
        mkdirSync(join(userDir, 'elsewhere'))
        writeFileSync(join(userDir, 'elsewhere', 'package.json'), JSON.stringify({ version: '1.0.0' }))
        symlinkSync(join(userDir, 'elsewhere'), join(userDir, 'node_modules', 'linked'))
        const { modules, leftOut } = await list()
        should(modules).eql({ 'node-red': '4.1.15' })
        should(leftOut).eql([{ name: '../../etc', spec: '1.0.0' }, { name: 'linked', spec: 'link:' }, { name: 'mine', spec: 'file:../mine' }])
    })

    it('include what functions import and what owns the types in use', async () => {
        install('lodash', { version: '4.17.21' })
        const inUse = new ModulesInUse()
        inUse.add({ type: 'function', libs: [{ var: 'l', module: 'lodash' }, { var: 'fs', module: 'fs' }] })
        inUse.add({ type: 'x-in' })
        inUse.add({ type: 'gone' })
        const nodes = {
            'node-red': { version: '4.1.15', nodes: { function: { types: ['function'] } } },
            'node-red-contrib-x': { version: '2.0.0', nodes: { x: { types: ['x-in', 'x-out'] } } },
            'node-red-contrib-unused': { version: '3.0.0', nodes: { y: { types: ['y'] } } }
        }
        should(await list(inUse, nodes)).eql({
            modules: { 'node-red': '4.1.15', lodash: '4.17.21', 'node-red-contrib-x': '2.0.0' }, leftOut: [], missingTypes: ['gone']
        })
    })
})
