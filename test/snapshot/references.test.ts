import 'should'
import type { FlowNode } from '../../src/snapshot/model'
import { References } from '../../src/snapshot/references'
import { realLookups } from './real-lookups'

describe('names that flows refer to', () => {
    describe('are what Node-RED asks the process for', () => {
        const at = { x: 1, y: 1 }
        const env = (...names: string[]) => names.map(name => ({ name, type: 'str', value: 'x' }))
        const cases: Array<[string, FlowNode[], string[]]> = [
            ['a node reads past its tab, its groups and global-config', [
                { id: 'gc', type: 'global-config', env: env('GLOBAL') },
                { id: 't', type: 'tab', env: env('TAB') },
                { id: 'outer', type: 'group', z: 't', env: env('OUTER') },
                { id: 'inner', type: 'group', z: 't', g: 'outer', env: env('INNER') },
                { id: 'n', type: 'probe', z: 't', g: 'inner', ...at, a: ['${GLOBAL}', '${TAB}', '${OUTER}', '${INNER}', '${PROCESS}'] }
            ], ['PROCESS']],
            ['a group covers only the nodes in it', [
                { id: 't', type: 'tab' },
                { id: 'g', type: 'group', z: 't', env: env('A', 'B') },
                { id: 'in', type: 'probe', z: 't', g: 'g', ...at, p: '${A}', q: '${B}' },
                { id: 'out', type: 'probe', z: 't', ...at, p: '${A}' }
            ], ['A']],
            ['a group of another tab covers nothing', [
                { id: 't', type: 'tab' }, { id: 'u', type: 'tab' },
                { id: 'g', type: 'group', z: 'u', env: env('A') },
                { id: 'n', type: 'probe', z: 't', g: 'g', ...at, p: '${A}' }
            ], ['A']],
            ['$parent. skips one level each', [
                { id: 'gc', type: 'global-config', env: env('A', 'B') },
                { id: 't', type: 'tab', env: env('A', 'B', 'C') },
                { id: 'g', type: 'group', z: 't', env: env('A', 'C') },
                { id: 'n', type: 'probe', z: 't', g: 'g', ...at, p: ['${$parent.A}', '${$parent.$parent.B}', '${$parent.$parent.C}', '${$parent.$parent.$parent.A}', '${$parent.$parent.$parent.$parent.Z}'] }
            ], ['A', 'C']],
            ['inside a subflow the template, each instance and what encloses it count', [
                { id: 's', type: 'subflow', env: env('TEMPLATE') },
                { id: 'n', type: 'probe', z: 's', ...at, p: ['${TEMPLATE}', '${INSTANCE}', '${ENCLOSING}', '${BOTH}', '${NEITHER}'] },
                { id: 't', type: 'tab' }, { id: 'u', type: 'tab', env: env('BOTH') },
                { id: 'g', type: 'group', z: 't', env: env('ENCLOSING', 'BOTH') },
                { id: 'i', type: 'subflow:s', z: 't', g: 'g', ...at, env: env('INSTANCE') },
                { id: 'j', type: 'subflow:s', z: 'u', ...at, env: env('INSTANCE') }
            ], ['ENCLOSING', 'NEITHER']],
            ['a subflow within a subflow is looked up through both', [
                { id: 's', type: 'subflow' }, { id: 'r', type: 'subflow', env: env('A') },
                { id: 'n', type: 'probe', z: 's', ...at, p: ['${A}', '${B}', '${$parent.A}', '${$parent.$parent.A}'] },
                { id: 'i', type: 'subflow:s', z: 'r', ...at },
                { id: 't', type: 'tab', env: env('B') },
                { id: 'j', type: 'subflow:r', z: 't', ...at }
            ], ['A']],
            ['a group inside a subflow covers what is in it', [
                { id: 's', type: 'subflow' }, { id: 't', type: 'tab' },
                { id: 'g', type: 'group', z: 's', env: env('A') },
                { id: 'n', type: 'probe', z: 's', g: 'g', ...at, p: ['${A}', '${B}'] },
                { id: 'i', type: 'subflow:s', z: 't', ...at }
            ], ['B']],
            ['template and instance are one level for $parent.', [
                { id: 's', type: 'subflow', env: env('A') }, { id: 't', type: 'tab', env: env('B') },
                { id: 'n', type: 'probe', z: 's', ...at, p: ['${$parent.A}', '${$parent.B}'] },
                { id: 'i', type: 'subflow:s', z: 't', ...at, env: env('B') }
            ], ['A']],
            ['a cred entry is a definition even without its credential', [
                { id: 'gc', type: 'global-config', env: [{ name: 'G', type: 'cred', value: '' }] },
                { id: 't', type: 'tab', env: [{ name: 'A', type: 'cred', value: '' }] },
                { id: 'n', type: 'probe', z: 't', ...at, p: ['${A}', '${G}'] }
            ], []],
            ['entries of type env see their list, then what is above, but not themselves', [
                { id: 't', type: 'tab', env: [{ name: 'A', type: 'env', value: 'A' }, { name: 'B', type: 'env', value: 'A' }, { name: 'C', type: 'env', value: 'x${D}y' }, { name: 'D', type: 'str', value: '' }, { name: 'E', type: 'env', value: '${F}' }] }
            ], ['A', 'F']],
            ['entries of a subflow instance are read where the instance stands', [
                { id: 's', type: 'subflow', env: env('T') }, { id: 't', type: 'tab', env: env('TAB') },
                { id: 'i', type: 'subflow:s', z: 't', ...at, env: [{ name: 'T', type: 'env', value: 'TAB' }, { name: 'U', type: 'env', value: 'OUTSIDE' }, { name: 'V', type: 'env', value: 'U' }] }
            ], ['OUTSIDE']],
            ['entries of a subflow instance see the template\'s', [
                { id: 's', type: 'subflow', env: env('T') }, { id: 't', type: 'tab' },
                { id: 'i', type: 'subflow:s', z: 't', ...at, env: [{ name: 'U', type: 'env', value: 'T' }, { name: 'V', type: 'env', value: 'W' }] }
            ], ['W']],
            ['each of several instances at one place has to cover a name', [
                { id: 's', type: 'subflow' }, { id: 't', type: 'tab' },
                { id: 'n', type: 'probe', z: 's', ...at, p: ['${A}', '${B}'] },
                { id: 'i', type: 'subflow:s', z: 't', ...at, env: env('A', 'B') },
                { id: 'j', type: 'subflow:s', z: 't', ...at, env: env('B') },
                { id: 'k', type: 'subflow:s', z: 't', ...at, env: env('A', 'B') }
            ], ['A']],
            ['JSONata and conf-type entries do not see their own list', [
                { id: 't', type: 'tab', env: [...env('A', 'B'), { name: 'J', type: 'jsonata', value: '$env("A")' }, { name: 'K', type: 'conf-type', value: '${B}' }] }
            ], ['A', 'B']],
            ['text entries are not substituted', [{ id: 't', type: 'tab', env: [{ name: 'A', type: 'str', value: '${B}' }], label: '${C}' }], []],
            ['config nodes are read in their tab or globally', [
                { id: 'gc', type: 'global-config', env: env('A') },
                { id: 't', type: 'tab', env: env('B') },
                { id: 'c', type: 'probe', host: '${A}', port: '${B}', user: '${C}' },
                { id: 'd', type: 'probe', z: 't', host: '${A}', port: '${B}', user: '${D}' }
            ], ['B', 'C', 'D']],
            ['only whole values are substituted, however deep, in the new and the old form', [
                { id: 't', type: 'tab' },
                { id: 'n', type: 'probe', z: 't', ...at, a: 'x${PART}', b: '${PART}x', c: '$(OLD)', d: { e: [{ f: '${DEEP}' }] }, g: '${SP ACE}', func: '${CODE}' }
            ], ['CODE', 'DEEP', 'OLD']],
            ['values of type env are bare, whole or mixed', [
                { id: 't', type: 'tab', env: env('TAB') },
                { id: 'a', type: 'probe', z: 't', ...at, typed: 'BARE', typedType: 'env' },
                { id: 'b', type: 'probe', z: 't', ...at, typed: '${WHOLE}', typedType: 'env' },
                { id: 'c', type: 'probe', z: 't', ...at, typed: 'http://${HOST}:${PORT}/${TAB}', typedType: 'env' }
            ], ['BARE', 'HOST', 'PORT', 'WHOLE']],
            ['expressions ask for $env', [
                { id: 't', type: 'tab', env: env('TAB') },
                { id: 'n', type: 'probe', z: 't', ...at, expression: '$env("ONE") & $env( \'TWO\' ) & $env("TAB") & $env("$parent.TAB")' }
            ], ['ONE', 'TAB', 'TWO']],
            ['NR_ names are Node-RED\'s own', [{ id: 't', type: 'tab' }, { id: 'n', type: 'probe', z: 't', ...at, p: ['${NR_NODE_ID}', '${NR_FLOW_NAME}'] }], []],
            ['a container that does not exist is a level without names', [
                { id: 'gc', type: 'global-config', env: env('A') },
                { id: 'n', type: 'probe', z: 'nowhere', ...at, p: ['${$parent.A}', '${$parent.$parent.A}'] }
            ], ['A']]
        ]
        for (const [title, nodes, expected] of cases) {
            it(title, async () => {
                namesOf(nodes).should.deepEqual(expected)
                ;(await realLookups(nodes)).should.deepEqual(expected)
            })
        }

        it('in any nesting of tabs, groups and subflows', async () => {
            for (let seed = 1; seed <= 150; seed++) {
                const nodes = randomFlows(seed)
                const real = await realLookups(nodes)
                namesOf(nodes).should.deepEqual(real, `seed ${seed}: ${JSON.stringify(nodes)}`)
            }
        })
    })

    describe('count as referred to when in doubt', () => {
        it('in a subflow that nothing uses yet', () => {
            namesOf([{ id: 's', type: 'subflow', env: [{ name: 'B' }] }, { id: 'n', type: 'x', z: 's', p: ['${A}', '${B}'] }]).should.deepEqual(['A'])
        })
        it('in a subflow of which one use covers the name and another has no use itself', () => {
            namesOf([
                { id: 's', type: 'subflow' }, { id: 'r', type: 'subflow' }, { id: 't', type: 'tab', env: [{ name: 'A' }] },
                { id: 'n', type: 'x', z: 's', p: '${A}' }, { id: 'i', type: 'subflow:s', z: 't' }, { id: 'j', type: 'subflow:s', z: 'r' }
            ]).should.deepEqual(['A'])
        })
        it('where groups or subflows enclose themselves', () => {
            namesOf([
                { id: 't', type: 'tab' }, { id: 'g', type: 'group', z: 't', g: 'h' }, { id: 'h', type: 'group', z: 't', g: 'g' },
                { id: 'n', type: 'x', z: 't', g: 'g', p: '${A}' },
                { id: 's', type: 'subflow' }, { id: 'i', type: 'subflow:s', z: 's' }, { id: 'm', type: 'x', z: 's', p: '${B}' }
            ]).should.deepEqual(['A', 'B'])
        })
        it('in an entry that carries its own name in braces', () => {
            namesOf([{ id: 't', type: 'tab', env: [{ name: 'A', type: 'env', value: '${A}' }] }]).should.deepEqual(['A'])
        })
        it('where a global-config inside a tab defines it, which Node-RED does not read', () => {
            namesOf([{ id: 't', type: 'tab' }, { id: 'gc', type: 'global-config', z: 't', env: [{ name: 'A' }] }, { id: 'n', type: 'x', z: 't', p: '${A}' }]).should.deepEqual(['A'])
        })
    })

    it('do not depend on the order of the nodes', () => {
        for (let seed = 1; seed <= 20; seed++) {
            const nodes = randomFlows(seed)
            namesOf([...nodes].reverse()).should.deepEqual(namesOf(nodes))
        }
    })

    it('are found in credentials, where they could be names and nothing nearer covers them', () => {
        const references = new References()
        references.add({ id: 't', type: 'tab', env: [{ name: 'USER' }] })
        references.add({ id: 'n', type: 'x', z: 't', p: '${A}' }, { user: '${USER}', password: '$(PASSWORD)', token: '${p4$$!}', key: 'x${B}' })
        references.names().should.deepEqual(['A', 'PASSWORD'])
    })

    it('leave the nodes as they were', () => {
        const nodes = randomFlows(7)
        const before = structuredClone(nodes)
        namesOf(deepFreeze(nodes)).length.should.be.above(0)
        nodes.should.deepEqual(before)
    })

    it('are collected from sets with odd entries', () => {
        const circle: FlowNode = { id: 'c', type: 'x', z: 5, p: '${CIRCLE}' }
        circle.self = circle
        let deep: unknown = '${DEEP}'
        for (let i = 0; i < 100_000; i++) { deep = [deep] }
        const odd = [
            null, undefined, 7, 'text', [], {}, { type: 5 }, { type: 'tab' }, { id: {}, type: 'group', env: 'A' },
            { id: 5, type: 'tab', env: [null, 1, {}, { name: 5 }, { name: 'FIVE', value: {} }] }, { id: 'n', type: 'x', z: '5', p: '${FIVE}' },
            { type: 'global-config', env: { length: 1 } }, { type: 'subflow:', env: [[]] }, { type: 'x', p: '${OK}' }, { type: 'x', deep }, circle
        ]
        namesOf(odd as FlowNode[]).should.deepEqual(['CIRCLE', 'DEEP', 'OK'])
    })

    it('leave out what cannot be the name of a variable', () => {
        namesOf([{ type: 'x', p: ['${A=B}', '${}', `\${${'N'.repeat(300)}}`, '${$parent.}', '${A_1}', '${with-dash}'] }]).should.deepEqual(['A_1', 'with-dash'])
    })
})

function namesOf (nodes: FlowNode[]): string[] {
    const references = new References()
    nodes.forEach(node => references.add(node))
    return references.names()
}

function deepFreeze<T> (value: T): T {
    if (typeof value === 'object' && value !== null) { Object.values(Object.freeze(value)).forEach(deepFreeze) }
    return value
}

/** Two tabs, three subflows with at least one use each, nested groups, and names from a small alphabet, so that scopes often cover each other. */
function randomFlows (seed: number): FlowNode[] {
    let state = seed * 2654435761 % 4294967296
    const below = (n: number): number => {
        state = (state * 1664525 + 1013904223) % 4294967296
        return Math.floor(state / 4294967296 * n)
    }
    const name = (): string => 'ABCDEF'[below(6)] ?? 'A'
    const used = (): string => '$parent.'.repeat(Math.max(0, below(6) - 3)) + name()
    // Every entry has a name of its own in its list: an overridden entry is never read
    const entries = (suffix: string): unknown[] => Array.from({ length: below(3) }, (_, i) => below(4) === 0
        ? { name: `E${suffix}${i}`, type: below(2) ? 'env' : 'jsonata', value: '' }
        : { name: name(), type: 'str', value: 'x' }).map(entry => entry.type === 'env'
        ? { ...entry, value: used() }
        : entry.type === 'jsonata' ? { ...entry, value: `$env("${used()}")` } : entry)
    const nodes: FlowNode[] = [{ id: 'gc', type: 'global-config', env: entries('g') }]
    const containers = ['t0', 't1', 's0', 's1', 's2']
    for (const z of containers) {
        nodes.push({ id: z, type: z[0] === 't' ? 'tab' : 'subflow', env: entries(z) })
        const groups = Array.from({ length: below(4) }, (_, i) => `${z}g${i}`)
        groups.forEach((id, i) => nodes.push({ id, type: 'group', z, g: i > 0 && below(2) ? groups[below(i)] : undefined, env: entries(id) }))
        const place = (): FlowNode => ({ z, g: groups.length && below(2) ? groups[below(groups.length)] : undefined, x: 1, y: 1 })
        for (let i = below(4); i >= 0; i--) { nodes.push({ id: `${z}n${i}`, type: 'probe', ...place(), p: `\${${used()}}` }) }
        // A subflow uses only those before it, and each is used from a tab, so that all exist
        const usable = z[0] === 't' ? ['s0', 's1', 's2'] : containers.slice(2, containers.indexOf(z))
        for (const s of usable) {
            if (z === 't0' || below(3) === 0) { nodes.push({ id: `${z}i${s}`, type: `subflow:${s}`, ...place(), env: entries(`${z}${s}`) }) }
        }
    }
    return nodes
}
