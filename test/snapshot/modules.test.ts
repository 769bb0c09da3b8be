import 'should'
import type { FlowNode } from '../../src/snapshot/model'
import { isRegistrySpec, moduleList, ModulesInUse, validModuleName, validModuleVersion } from '../../src/snapshot/modules'
import type { ModuleSources } from '../../src/snapshot/modules'

describe('a module name', () => {
    it('is valid as the registry has it', () => {
        for (const name of ['lodash', 'node-red-contrib-s7', '@flowfuse/node-red-dashboard', 'a', '~x', '7zip', 'a.b_c', 'n'.repeat(214)]) { validModuleName(name).should.equal(true, name) }
    })
    it('is invalid where it could be anything else', () => {
        for (const name of ['', '.x', '_x', 'A', 'a b', ' a', 'a\n', '../a', 'a/b', '@a', '@a/', '@/a', '@a/b/c', 'a@1', 'a;b', '$(a)', '-\u0000', '-g', '--global', 'ä', '__proto__', 'node_modules', 'n'.repeat(215), 'http://a']) {
            validModuleName(name).should.equal(false, name)
        }
    })
})

describe('a module version', () => {
    it('is valid as a platform\'s restore accepts it', () => {
        for (const version of ['1.2.3', '1.2', '~1.2', '^1.2.3', '>=1.0.0', '1.x', '1.2.x', '*', '1.2.3-beta.1', '^0.0.1-rc', '1.2.3+build', '>=1.0.0 <2.0.0', '1.0.0 - 2.0.0', '1.2.3 || ^2.0.0']) { validModuleVersion(version).should.equal(true, version) }
    })
    it('is invalid where a restore would fail or fetch from elsewhere', () => {
        for (const version of ['', ' ', '1', '^1', 'latest', 'next', 'x', ' 1.2.3', '1.2.3\n', '01.2.3', '1.*', 'v1.2.3', '1.X', 'file:../x', 'https://example.com/x.tgz', 'github:a/b', 'git+https://x', 'a/b', 'npm:x@1.2.3', '1.2.3 || latest', '1.2.3 || 2', '1.2.3;x', '--x', '$(x)', '1.2.3 '.repeat(1000)]) {
            validModuleVersion(version).should.equal(false, version)
        }
    })
})

describe('a dependency', () => {
    it('comes from the registry as version, range or tag', () => {
        for (const spec of ['1.2.3', '^1', '1', '', '*', 'x', '>=1 <2', '1 || 2', 'latest', 'next', 'beta-2']) { isRegistrySpec(spec).should.equal(true, spec) }
    })
    it('does not come from it as file, link, git, tarball, path or alias', () => {
        for (const spec of ['file:../x', 'file:x.tgz', 'link:../x', 'workspace:*', 'git+ssh://git@x/y.git', 'git://x/y', 'user/repo', 'user/repo#main', 'github:user/repo', 'gitlab:a/b', 'gist:1234', 'http://x/y.tgz', 'https://x/y.tgz', './x', '../x', '/x', '~/x', '..', '.', 'C:\\x', 'x.tgz', 'x.tar.gz', 'npm:other@1.2.3', '@scope/x', 'a b']) {
            isRegistrySpec(spec).should.equal(false, spec)
        }
    })
})

describe('modules in use', () => {
    const collect = (...nodes: unknown[]): ModulesInUse => {
        const use = new ModulesInUse()
        nodes.forEach(node => use.add(node as FlowNode))
        return use
    }

    it('are known by the types of the nodes, each once, without mere structure', () => {
        const { types } = collect({ type: 'tab' }, { type: 'subflow' }, { type: 'subflow:1' }, { type: 'group' }, { type: 'inject' }, { type: 's7 in' }, { type: 's7 in', d: true }, { type: 'subflow-x' })
        ;[...types].should.deepEqual(['inject', 's7 in', 'subflow-x'])
    })

    it('are the libraries of function nodes, with scope, part and version', () => {
        const modules = ['lodash', 'moment@2.29.4', '@scope/a', '@scope/b@^1.0.0', 'date-fns/format@2', '@scope/c/part@3.0.0', 'd@github:user/d', 'node:fs']
        collect({ type: 'function', libs: modules.map(module => ({ var: 'x', module })) }).libs.should.deepEqual([
            { name: 'lodash', spec: undefined }, { name: 'moment', spec: '2.29.4' }, { name: '@scope/a', spec: undefined }, { name: '@scope/b', spec: '^1.0.0' },
            { name: 'date-fns', spec: '2' }, { name: '@scope/c', spec: '3.0.0' }, { name: 'd', spec: 'github:user/d' }, { name: 'node:fs', spec: undefined }
        ])
    })

    it('are each named once, with the first version asked for', () => {
        const libs = (module: string): FlowNode => ({ type: 'function', libs: [{ module }] })
        collect(libs('a'), libs('a@1.0.0'), libs('a@2.0.0'), libs('a')).libs.should.deepEqual([{ name: 'a', spec: '1.0.0' }])
    })

    it('are collected from odd nodes', () => {
        const use = collect(null, 5, 'x', [], {}, { type: 5 }, { type: 'x', libs: [{ module: 'a' }] },
            { type: 'function', libs: 'a' }, { type: 'function', libs: [null, 5, {}, { module: 5 }, { module: '' }, { module: '@'.repeat(1_000_000) }, { module: '@@@' }, 'b@1.0.0'] })
        use.libs.map(({ name }) => name).should.deepEqual(['b'])
    })
})

describe('the module list', () => {
    const sources: ModuleSources = {
        types: [], libs: [], packages: {}, typeOwners: new Map(), installed: new Map(), builtin: new Set(['fs', 'path']), nodeRed: '4.1.15', self: 'own-plugin'
    }

    it('has Node-RED first, then all modules by name with the installed version', () => {
        const { modules, leftOut, missingTypes } = moduleList({
            ...sources,
            types: ['inject', 's7 in', 's7 out'],
            libs: [{ name: 'zod', spec: '^3.0.0' }, { name: 'fs' }, { name: 'node:path' }],
            packages: { '@flowfuse/nodes': '~1.0.0', 'a-plugin': 'latest' },
            typeOwners: new Map([['inject', 'node-red'], ['s7 in', 'node-red-contrib-s7'], ['s7 out', 'node-red-contrib-s7']]),
            installed: new Map([['zod', '3.22.0'], ['node-red-contrib-s7', '3.1.0'], ['@flowfuse/nodes', '1.0.9'], ['a-plugin', '2.0.0-beta.1'], ['unused', '1.0.0']])
        })
        Object.entries(modules).should.deepEqual([['node-red', '4.1.15'], ['@flowfuse/nodes', '1.0.9'], ['a-plugin', '2.0.0-beta.1'], ['node-red-contrib-s7', '3.1.0'], ['zod', '3.22.0']])
        leftOut.should.deepEqual([])
        missingTypes.should.deepEqual([])
    })

    it('never has the plugin itself, and Node-RED only in the version that runs', () => {
        moduleList({
            ...sources,
            types: ['own'],
            packages: { 'own-plugin': '1.0.0', 'node-red': 'file:../node-red' },
            typeOwners: new Map([['own', 'own-plugin']]),
            installed: new Map([['own-plugin', '1.0.0'], ['node-red', '3.0.0']])
        }).should.deepEqual({ modules: { 'node-red': '4.1.15' }, leftOut: [], missingTypes: [] })
    })

    it('leaves out, and names, what no restore could install', () => {
        const { modules, leftOut } = moduleList({
            ...sources,
            types: ['own type'],
            typeOwners: new Map([['own type', 'linked']]),
            libs: [{ name: 'lib', spec: 'github:user/lib' }, { name: 'github:user' }, { name: 'unknown' }, { name: 'tagged', spec: 'next' }],
            packages: { local: 'file:../local', JSONStream: '1.0.0', bare: '1', odd: 5, alias: 'npm:other@1.0.0' },
            elsewhere: new Map([['linked', 'link:../linked']]),
            installed: new Map([['local', '1.0.0'], ['linked', '1.0.0'], ['JSONStream', '1.0.0'], ['alias', '1.0.0']])
        })
        modules.should.deepEqual({ 'node-red': '4.1.15' })
        leftOut.should.deepEqual([
            { name: 'JSONStream', spec: '1.0.0' }, { name: 'alias', spec: 'npm:other@1.0.0' }, { name: 'bare', spec: '1' }, { name: 'github:user', spec: '' },
            { name: 'lib', spec: 'github:user/lib' }, { name: 'linked', spec: 'link:../linked' }, { name: 'local', spec: 'file:../local' }, { name: 'odd', spec: '' },
            { name: 'tagged', spec: 'next' }, { name: 'unknown', spec: '' }
        ])
    })

    it('falls back to a range for what is not installed, userDir\'s before a function\'s', () => {
        moduleList({
            ...sources,
            libs: [{ name: 'a', spec: '^1.0.0' }, { name: 'b', spec: '^1.0.0' }],
            packages: { b: '^2.0.0', c: '~3.1' },
            installed: new Map([['c', 'not a version']])
        }).modules.should.deepEqual({ 'node-red': '4.1.15', a: '^1.0.0', b: '^2.0.0', c: '~3.1' })
    })

    it('takes the installed version even where the range itself could not travel', () => {
        moduleList({ ...sources, packages: { a: '1' }, installed: new Map([['a', '1.5.0']]) }).modules.should.have.property('a', '1.5.0')
    })

    it('names types that nothing here has registered', () => {
        moduleList({ ...sources, types: ['b', 'a', 'inject'], typeOwners: new Map([['inject', 'node-red']]) }).missingTypes.should.deepEqual(['a', 'b'])
    })
})
