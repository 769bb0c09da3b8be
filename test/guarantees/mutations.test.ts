import should from 'should'
import { guarantees, MutationBench, mutated } from '../hold/mutations'

describe('the mutations of the guarantees', () => {
    it('there are at least two of each guarantee, and each belongs to one', () => {
        const all = guarantees()
        should(all.map(({ number }) => number)).eql(Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(2, '0')))
        should(all.filter(({ mutations }) => mutations.length < 2).map(({ file }) => file)).eql([])
    })

    it('each applies to what stands in src now, and changes it', () => {
        for (const mutation of guarantees().flatMap(({ mutations }) => mutations)) {
            should(mutated(mutation).size).be.above(0)
        }
    })

    describe('that are quickly tried', () => {
        let bench: MutationBench
        before(() => { bench = new MutationBench() })
        after(() => bench.remove())

        for (const name of ['01-web-page-is-an-answer', '04-redirects-followed', '12-name-unchecked']) {
            it(`${name} is noticed`, async () => {
                const guarantee = guarantees().find(({ number }) => name.startsWith(number))!
                const { ran, failed } = await bench.run(guarantee.file, guarantee.mutations.find(mutation => mutation.name === name))
                should(ran).be.true()
                should(failed.length).be.above(0)
            })
        }
    })
})
