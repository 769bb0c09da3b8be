import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { structuredPatch } from 'diff'
import should from 'should'
import { guarantees, MutationBench, mutated } from '../hold/mutations'
import { PluginWorld } from './plugin-world'

const root = join(__dirname, '../..')

/** The lines of src that the mutations called so change, or add something after: path of the file, and the line's number. */
function changedBy (begin: string): Set<string> {
    const chosen = guarantees().flatMap(({ mutations }) => mutations).filter(({ name }) => name.startsWith(begin))
    return new Set(chosen.flatMap(mutation => [...mutated(mutation)]).flatMap(([path, text]) => {
        const { hunks } = structuredPatch(path, path, readFileSync(join(root, path), 'utf8'), text, '', '', { context: 0 })
        return hunks.flatMap(({ oldStart, oldLines }) => Array.from({ length: Math.max(1, oldLines) }, (_, at) => `${path}:${oldStart + at}`))
    }))
}

/** The lines of the source files of a folder. */
function linesIn (folder: string): Array<{ at: string, text: string, below: string[] }> {
    return readdirSync(join(root, folder)).flatMap(file => {
        const lines = readFileSync(join(root, folder, file), 'utf8').split('\n')
        return lines.map((text, index) => ({ at: `${folder}/${file}:${index + 1}`, text, below: lines.slice(index) }))
    })
}

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

    it('every route that changes something has one that lets readers in', async () => {
        const changing = linesIn('src/runtime/routes').filter(({ text }) => /^ +router\.(?:add\('(?!get')|add(?:File|Download)\()/.test(text))
        const world = await PluginWorld.start()
        try {
            should(changing.length).equal(world.routes().filter(({ method }) => method !== 'GET').length)
        } finally {
            await world.stop()
        }
        const tried = changedBy('03-reader')
        should(changing.filter(({ at, text }) => !/, '(?:see|view)', /.test(text) && !tried.has(at)).map(({ at }) => at)).eql([])
    })

    it('every call of the platform has one that takes another answer for success', () => {
        const tried = changedBy('01-')
        const isCall = /^export async function \w+ \(\s*(?:session|origin): /
        const calls = linesIn('src/flowfuse').filter(({ below }) => isCall.test(below.slice(0, 2).join('\n')))
        should(calls.length).be.above(40)
        const untried = calls.filter(({ at, below }) => {
            const [path, line] = [at.replace(/\d+$/, ''), Number(/\d+$/.exec(at))]
            return !below.slice(0, below.indexOf('}') + 1).some((_, index) => tried.has(`${path}${line + index}`))
        })
        should(untried.map(({ text }) => text)).eql([])
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
