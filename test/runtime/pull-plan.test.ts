import 'should'
import { JsonPieces } from '../../src/runtime/json-pieces'
import { planReplace, type PlanRequest } from '../../src/runtime/pull-plan'
import type { BaseState } from '../../src/shared/pull'
import type { FlowNode } from '../../src/snapshot/model'

const flows: FlowNode[] = [{ id: 'a', type: 'tab', label: 'A' }, { id: 'n', type: 'http request', z: 'a', x: 1, y: 1, wires: [] }]
const pieces = new JsonPieces('[]')
flows.forEach(node => pieces.add(node))
const json = pieces.end()
const typedHere: Record<string, BaseState> = { n: { here: 'changed', there: 'same' } }
const both = { here: new Set(['n']), there: new Set(['n']), differ: new Set(['n']), rule: 'theirs' } as const
const noneThere = { ...both, there: new Set<string>() }

const overruled = (change: Partial<PlanRequest>) => planReplace({
    hereJson: json, thereJson: json, states: typedHere, takeFlows: true, choices: { mine: [], theirs: [], otherwise: 'theirs' }, credentials: both, ...change
}).overruled

describe('the plan of a replace', () => {
    it('has credentials decided about that were typed in here since the base and that it would take away', () => {
        overruled({}).should.equal(1)
        overruled({ takeFlows: false }).should.equal(1)
        overruled({ credentials: { ...noneThere, rule: 'exactly' } }).should.equal(1)
        overruled({ choices: { mine: [], theirs: ['a'], otherwise: 'theirs' } }).should.equal(0)
        overruled({ choices: { mine: ['a'], theirs: [], otherwise: 'theirs' } }).should.equal(0)
    })

    it('asks about none that stay, or that nobody has touched here', () => {
        overruled({ credentials: noneThere }).should.equal(0)
        overruled({ credentials: { ...both, rule: 'mine' } }).should.equal(0)
        overruled({ states: null }).should.equal(0)
        overruled({ states: { n: { here: 'same', there: 'changed' } } }).should.equal(0)
    })
})
