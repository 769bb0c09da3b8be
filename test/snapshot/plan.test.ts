import 'should'
import type { FlowNode } from '../../src/snapshot/model'
import { planPull, type Choices, type Plan, type Side } from '../../src/snapshot/plan'
import { Dice, edited, oddFlows, someFlows } from './some-flows'

const rounds = Array.from({ length: 600 }, (_, seed) => seed)

const json = (flows: readonly FlowNode[]) => JSON.stringify(flows)

/** Two sets that share nothing but ids and content, as two texts read from elsewhere do. */
function sets (seed: number): { dice: Dice, here: FlowNode[], there: FlowNode[] } {
    const dice = new Dice(seed)
    const here = someFlows(dice)
    return { dice, here, there: dice.chance(0.5) ? edited(dice, here) : someFlows(dice) }
}

function someChoices (dice: Dice, here: FlowNode[], there: FlowNode[]): Choices {
    const choices = { mine: [] as string[], theirs: [] as string[], otherwise: dice.one<Side>(['mine', 'theirs']) }
    for (const { id } of planPull({ here, there, choices }).units) {
        if (dice.chance(0.6)) { choices[dice.one<Side>(['mine', 'theirs'])].push(id) }
    }
    return choices
}

/** What a node refers to that is there, as texts; the same text in another set says that it resolves there to the same. */
function resolved (node: FlowNode, flows: readonly FlowNode[]): string[] {
    const found: string[] = []
    const text = json([node])
    const isConfig = (one: FlowNode) => !('x' in one) && !['tab', 'subflow', 'group'].includes(one.type as string)
    for (const one of flows) {
        if (one.id === node.z && (one.type === 'tab' || one.type === 'subflow')) { found.push(`stands in ${String(one.type)} ${one.id as string}`) }
        if (one.id === node.g && one.type === 'group' && one.z === node.z) { found.push(`in group ${one.id as string}`) }
        if (node.type === `subflow:${String(one.id)}` && one.type === 'subflow') { found.push(`is a ${one.id as string}`) }
        const refers = text.includes(`":"${String(one.id)}"`) && one.id !== node.id
        if (refers && isConfig(one) && (one.z === undefined || one.z === node.z)) { found.push(`uses ${String(one.type)} ${one.id as string}`) }
    }
    return found.sort()
}

const broken = (plan: Plan, here: FlowNode[], there: FlowNode[]) => plan.flows.flatMap(node => {
    const after = new Set(resolved(node, plan.flows))
    return resolved(node, here.includes(node) ? here : there).filter(text => !after.has(text)).map(text => `${String(node.id)} ${text}`)
})

describe('the plan of a pull', () => {
    it('of all theirs is what is there, and of all mine what is here, order and all', () => {
        for (const seed of rounds) {
            const { here, there, dice } = sets(seed)
            if (dice.chance(0.3)) { here.push(...oddFlows(dice)); there.push(...oddFlows(dice)) }
            const { units, flows } = planPull({ here, there, choices: { mine: [] } })
            json(flows).should.equal(json(there))
            const all = units.map(({ id }) => id)
            json(planPull({ here, there, choices: { mine: [], otherwise: 'mine' } }).flows).should.equal(json(here))
            const byHand = planPull({ here, there, choices: { mine: all } })
            if (units.some(({ differs }) => differs)) { json(byHand.flows).should.equal(json(here)) }
            json(planPull({ here, there, choices: { mine: [], theirs: all, otherwise: 'mine' } }).flows)
                .should.equal(json(units.some(({ id, differs }) => differs && id !== '') ? there : here))
        }
    })

    it('of any choices has all that its nodes refer to, as the side they come from had it, and no id twice', () => {
        let mixes = 0
        for (const seed of rounds) {
            const { dice, here, there } = sets(seed)
            const choices = someChoices(dice, here, there)
            const plan = planPull({ here, there, choices })
            const ids = plan.flows.map(({ id }) => id)
            new Set(ids).size.should.equal(ids.length, `seed ${seed}`)
            broken(plan, here, there).should.eql([], `seed ${seed}`)
            if (plan.flows.some(node => here.includes(node)) && plan.flows.some(node => there.includes(node))) { mixes++ }
        }
        mixes.should.be.above(rounds.length / 4)
    })

    it('of any choices has each flow whole as one side has it, in its order, but for what it says', () => {
        for (const seed of rounds) {
            const { dice, here, there } = sets(seed)
            const choices = someChoices(dice, here, there)
            const { flows, units, leftOut, brought } = planPull({ here, there, choices })
            for (const { id, kind, side } of units.filter(unit => unit.kind !== 'global-config')) {
                const own = (nodes: FlowNode[]) => nodes.filter(node => node.z === id)
                const gone = leftOut.filter(({ flow }) => flow === id).map(node => node.id)
                json(own(flows)).should.equal(json(own(side === 'mine' ? here : there).filter(node => !gone.includes(node.id as string))), `seed ${seed} ${kind} ${id}`)
                const wanted = [...choices.mine].includes(id) ? 'mine' : [...choices.theirs ?? []].includes(id) ? 'theirs' : kind === 'tab' ? choices.otherwise : side
                if (side !== wanted && units.find(unit => unit.id === id)?.differs) { brought.map(one => one.id).should.containEql(id) }
            }
        }
    })

    it('is the same once more, and with what came of it as the choices', () => {
        for (const seed of rounds) {
            const { dice, here, there } = sets(seed)
            const choices = someChoices(dice, here, there)
            const plan = planPull({ here, there, choices })
            planPull({ here, there, choices }).should.eql(plan)
            const said = { mine: [] as string[], theirs: [] as string[], otherwise: choices.otherwise }
            plan.units.forEach(({ id, side }) => said[side].push(id))
            json(planPull({ here, there, choices: said }).flows).should.equal(json(plan.flows), `seed ${seed}`)
        }
    })

    it('takes no longer than its size asks for, however the two are made', () => {
        const many = (make: (index: number) => FlowNode) => Array.from({ length: 20_000 }, (_, index) => make(index))
        const groups = (z: string) => [tab('a'), tab('b'), ...many(index => ({ id: `g${index}`, type: 'group', z }))]
        planPull({ here: groups('a'), there: groups('b'), choices: onlyTheirs('b') }).leftOut.should.have.length(20_000)
        const chain = many(index => broker(`c${index}`, { next: `c${index - 1}` }))
        const there = [...chain, tab('a'), node('n', 'a', { broker: 'c19999' })]
        planPull({ here: [tab('x')], there, choices: onlyTheirs('a') }).flows.should.have.length(there.length + 1)
        planPull({ here: there, there: [tab('x')], choices: { mine: ['a'] } }).flows.should.have.length(there.length + 1)
    })

    it('never throws, whatever is in the lists and the choices', () => {
        for (const seed of rounds) {
            const dice = new Dice(seed)
            const [here, there] = [oddFlows(dice), oddFlows(dice)]
            const plan = planPull({ here, there, choices: someChoices(dice, here, there), base: {} })
            plan.flows.every(node => here.includes(node) || there.includes(node)).should.be.true()
        }
    })
})

const tab = (id: string): FlowNode => ({ id, type: 'tab', label: id.toUpperCase() })
const node = (id: string, z: string, more: object = {}): FlowNode => ({ id, type: 'inject', z, x: 1, y: 1, wires: [], ...more })
const broker = (id: string, more: object = {}): FlowNode => ({ id, type: 'mqtt-broker', name: id, ...more })
const idsOf = (nodes: readonly FlowNode[]) => nodes.map(({ id }) => id)
const onlyTheirs = (...theirs: string[]): Choices => ({ mine: [], theirs, otherwise: 'mine' })

describe('a flow taken from a snapshot', () => {
    it('brings its groups and junctions, the subflows and config nodes that it uses, and what those use', () => {
        const here = [tab('a')]
        const there = [
            tab('a'), tab('b'), { id: 's', type: 'subflow' }, { id: 'inner', type: 'subflow' }, { id: 'other', type: 'subflow' }, broker('c', { tls: 'tls' }), broker('unused'),
            { id: 'tls', type: 'tls-config' }, node('n', 'b', { type: 'subflow:s', g: 'g' }), { id: 'g', type: 'group', z: 'b' }, node('j', 'b', { type: 'junction' }),
            node('in', 's', { type: 'subflow:inner' }), node('deep', 'inner', { broker: 'c' })
        ]
        const { flows, brought, conflicts } = planPull({ here, there, choices: onlyTheirs('b') })
        idsOf(flows).sort().should.eql(idsOf(there).filter(id => id !== 'other' && id !== 'unused').sort())
        brought.map(({ id, side, because }) => [id, side, because]).sort().should.eql(['c', 'inner', 's', 'tls'].map(id => [id, 'theirs', 'used']))
        brought.find(({ id }) => id === 'inner')!.by.should.equal('s')
        conflicts.should.eql([])
    })

    it('leaves a config node that local tabs use as well to be decided', () => {
        const here = [tab('a'), node('na', 'a', { broker: 'c' }), tab('b'), broker('c', { host: 'here' })]
        const there = [tab('a'), tab('b'), node('nb', 'b', { broker: 'c' }), broker('c', { host: 'there' })]
        const base = { c: { here: 'changed', there: 'same' } } as const
        const open = planPull({ here, there, base, choices: onlyTheirs('b') })
        open.conflicts.should.eql([{
            id: 'c', kind: 'global-config', type: 'mqtt-broker', name: 'c', side: 'mine', mine: ['a'], theirs: ['b'], decided: false, since: base.c
        }])
        open.flows.find(({ id }) => id === 'c')!.host!.should.equal('here')
        const decided = planPull({ here, there, base, choices: onlyTheirs('b', 'c') })
        decided.conflicts[0]!.should.match({ side: 'theirs', decided: true })
        decided.flows.find(({ id }) => id === 'c')!.host!.should.equal('there')
        // Used by one side alone it comes from there, or the same on both sides there is nothing to decide
        planPull({ here: here.filter(({ id }) => id !== 'na'), there, choices: onlyTheirs('b') }).conflicts.should.eql([])
        planPull({ here, there: [...there.slice(0, 3), broker('c', { host: 'here' })], choices: onlyTheirs('b') }).conflicts.should.eql([])
    })

    it('has its changed subflow decided, also when a subflow that did not change uses it', () => {
        const common = [tab('a'), node('na', 'a', { type: 'subflow:s' }), { id: 's', type: 'subflow' }, node('in', 's', { broker: 'c' }), tab('b')]
        const here = [...common, broker('c', { host: 'here' })]
        const there = [...common, node('nb', 'b', { type: 'subflow:s' }), broker('c', { host: 'there' })]
        planPull({ here, there, choices: onlyTheirs('b') }).conflicts.map(({ id, mine, theirs }) => [id, mine, theirs]).should.eql([['c', ['s'], ['s']]])
    })

    it('keeps what local flows need, although it is gone there', () => {
        const here = [tab('a'), node('n', 'a', { broker: 'c' }), broker('c'), broker('unused')]
        const { flows, brought } = planPull({ here, there: [tab('b')], choices: { mine: ['a'] } })
        idsOf(flows).sort().should.eql(['a', 'b', 'c', 'n'])
        brought.map(({ id, side, by }) => [id, side, by]).should.eql([['c', 'mine', 'a']])
        // Also against what was said of it
        idsOf(planPull({ here, there: [tab('b')], choices: { mine: ['a'], theirs: ['c'] } }).flows).should.containEql('c')
    })

    it('leaves a node out of its former flow when it moved', () => {
        const here = [tab('a'), tab('b'), node('n', 'a'), node('stays', 'a')]
        const there = [tab('a'), tab('b'), node('n', 'b'), node('stays', 'a', { name: 'new' })]
        const { flows, leftOut } = planPull({ here, there, choices: onlyTheirs('b') })
        flows.filter(({ id }) => id === 'n').should.eql([there[2]])
        flows.find(({ id }) => id === 'stays')!.should.equal(here[3])
        leftOut.should.eql([{ id: 'n', type: 'inject', name: '', flow: 'a', keptIn: 'b' }])
    })

    it('takes the flow along with which it shares a moved group that others are still in', () => {
        const group = (z: string) => ({ id: 'g', type: 'group', z })
        const here = [tab('a'), tab('b'), group('a'), node('n', 'a', { g: 'g' })]
        const there = [tab('a'), tab('b'), group('b')]
        const { flows, brought } = planPull({ here, there, choices: onlyTheirs('b') })
        flows.should.eql(there)
        brought.should.match([{ id: 'a', side: 'theirs', because: 'moved', by: 'b' }])
        brought.should.not.match([{ overrules: true }])
        const told = planPull({ here, there, choices: { mine: ['a'], theirs: ['b'], otherwise: 'mine' } })
        told.flows.should.eql(there)
        told.brought.should.match([{ id: 'a', side: 'theirs', because: 'moved', by: 'b', overrules: true }])
    })

    it('takes along the flow of a group that one of its nodes says to be in', () => {
        const there = [tab('a'), node('n', 'a', { g: 'g' }), tab('b'), { id: 'g', type: 'group', z: 'b' }]
        const { flows, brought } = planPull({ here: [tab('b')], there, choices: onlyTheirs('a') })
        idsOf(flows).sort().should.eql(['a', 'b', 'g', 'n'])
        brought.should.match([{ id: 'b', side: 'theirs', because: 'used', by: 'a' }])
    })

    it('never takes nodes without an id for the same one', () => {
        const odd = (z: string, name: string) => ({ type: 'inject', z, x: 1, y: 1, name, wires: [] }) as unknown as FlowNode
        const here = [tab('a'), tab('b'), odd('a', 'here')]
        const there = [tab('a'), tab('b'), odd('b', 'there')]
        const { flows, leftOut } = planPull({ here, there, choices: onlyTheirs('b') })
        flows.should.containEql(here[2]).and.containEql(there[2])
        leftOut.should.eql([])
    })

    it('has its link nodes named that lose their partners', () => {
        const here = [
            tab('a'), node('out', 'a', { type: 'link out', name: 'to press', links: ['in', 'never', 'kept'] }), node('kept', 'a', { type: 'link in', links: [] }),
            tab('b'), node('in', 'b', { type: 'link in', links: ['out'] })
        ]
        const { linksLeft } = planPull({ here, there: [tab('b')], choices: { mine: ['a'] } })
        linksLeft.should.eql([{ id: 'out', type: 'link out', name: 'to press', flow: 'a', missing: ['in'] }])
        planPull({ here, there: [tab('b')], choices: { mine: ['a', 'b'] } }).linksLeft.should.eql([])
    })

    it('stands where it stood here, and a new one behind its neighbour', () => {
        const here = [tab('a'), tab('b'), tab('c'), node('b1', 'b'), node('c1', 'c')]
        const there = [tab('c'), tab('new'), tab('b'), tab('a'), node('c1', 'c', { name: 'x' }), node('c0', 'c'), node('n', 'new')]
        const { flows } = planPull({ here, there, choices: onlyTheirs('c', 'new') })
        idsOf(flows).should.eql(['a', 'b', 'c', 'new', 'b1', 'c1', 'c0', 'n'])
    })

    it('takes the global-config node of the other side instead of this one, whatever their ids', () => {
        const [one, other] = ['g1', 'g2'].map(id => ({ id, type: 'global-config', env: [{ name: id }] }))
        const plan = (choices: Choices) => planPull({ here: [tab('a'), one!], there: [tab('b'), other!], choices })
        idsOf(plan({ mine: ['a', 'g1'] }).flows).sort().should.eql(['a', 'b', 'g1'])
        idsOf(plan({ mine: ['a', 'g2'] }).flows).sort().should.eql(['a', 'b', 'g1'])
        idsOf(plan({ mine: ['a'] }).flows).sort().should.eql(['a', 'b', 'g2'])
    })
})

describe('the credentials of a plan', () => {
    const here = [tab('a'), broker('both'), broker('here-only'), broker('kept'), broker('other-type'), broker('plain')]
    const there = [tab('a'), broker('both', { host: 'x' }), broker('there-only'), broker('kept', { host: 'x' }), { id: 'other-type', type: 'websocket-client' }, broker('plain')]
    const having = { here: new Set(['both', 'here-only', 'kept', 'other-type']), there: new Set(['both', 'there-only']) }
    const sources = (choices: Choices, rule: 'theirs' | 'exactly' | 'mine', takeFlows = true) =>
        Object.fromEntries([...planPull({ here, there, choices, takeFlows, credentials: { ...having, rule } }).credentialsFrom].filter(([, from]) => from !== 'none'))

    it('are those of the snapshot, and those here where it has none for the same node', () => {
        sources({ mine: [] }, 'theirs').should.eql({ both: 'there', kept: 'here', 'there-only': 'there' })
        sources({ mine: [] }, 'exactly').should.eql({ both: 'there', 'there-only': 'there' })
        sources({ mine: [] }, 'mine').should.eql({ both: 'here', kept: 'here' })
    })

    it('stay with what stays as it is here', () => {
        sources({ mine: ['both', 'here-only', 'other-type'] }, 'theirs')
            .should.eql({ both: 'here', 'here-only': 'here', 'other-type': 'here', kept: 'here', 'there-only': 'there' })
    })

    it('may be all that is taken', () => {
        sources({ mine: [] }, 'theirs', false).should.eql({ both: 'there', 'here-only': 'here', kept: 'here', 'other-type': 'here' })
        sources({ mine: ['both'] }, 'exactly', false).should.eql({ both: 'here', 'here-only': 'here', 'other-type': 'here' })
        planPull({ here, there, choices: { mine: [] }, takeFlows: false }).flows.should.eql(here)
    })

    it('make a difference where the nodes have none', () => {
        const differs = (rule: 'theirs' | 'mine') => planPull({ here: [broker('c')], there: [broker('c')], choices: { mine: [] }, credentials: {
            here: new Set(['c']), there: new Set(['c']), differ: new Set(['c']), rule
        } }).units[0]!.differs
        differs('theirs').should.be.true()
        differs('mine').should.be.false()
    })
})
