import should from 'should'
import { tokenSession } from '../../src/flowfuse/session'
import { addModules, addVariables, takeOut } from '../../src/runtime/additions'
import { failure } from '../flowfuse/failure'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'

for (const version of ['2.33.2', '2.4.0'] as const) {
    describe(`adding to an instance of FlowFuse ${version}`, () => {
        let fake: FakeFlowFuse
        let filler: { id: string, name: string }
        let written: string[][]

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
            filler = { id: fake.ids.instances.filler, name: 'filler' }
            written = []
        })

        afterEach(() => fake.stop())

        const as = (user: 'alice' | 'bob' | 'carol') => tokenSession(fake.url, fake.tokens[user])
        const note = (names: string[]) => { written.push(names) }
        const open = [{ name: 'KEEP', value: 'kept' }, { name: 'ODD', value: 'a=b "c"' }]
        const withoutHidden = () => fake.setInstance(filler.id, { env: open })
        const writes = () => fake.requests.filter(({ method }) => method === 'PUT')
        const put = { method: 'PUT', path: /\/projects\// }

        describe('variables', () => {
            it('leaves what is there as it is, and a Member may', async () => {
                withoutHidden()
                await addVariables(as('bob'), filler, { KEEP: 'other', NEW: 'n' }, note)
                should(fake.instance(filler.id).env).eql([...open, { name: 'NEW', value: 'n' }])
                should(written).eql([['NEW']])
            })

            it('writes nothing when nothing is missing', async () => {
                await addVariables(as('bob'), filler, { KEEP: 'other', SEALED: 'x' }, note)
                should(writes()).eql([])
                should(written).eql([])
            })

            it('never risks a hidden value', async () => {
                const before = fake.instance(filler.id).env
                if (version === '2.4.0') {
                    await addVariables(as('bob'), filler, { NEW: 'n' }, note)
                    should(fake.instance(filler.id).env).eql([...before, { name: 'NEW', value: 'n' }])
                } else {
                    await failure(addVariables(as('bob'), filler, { NEW: 'n' }, note), 'variables-untold', { instance: 'filler', count: 1 })
                    should(writes()).eql([])
                }
            })

            it('is refused to a Viewer, and nothing is said to be written', async () => {
                withoutHidden()
                await failure(addVariables(as('carol'), filler, { NEW: 'n' }, note), 'not-permitted')
                should(written).eql([])
            })
        })

        describe('modules', () => {
            it('merges them with the list of the instance', async () => {
                await addModules(as('alice'), filler, { 'existing-mod': '9.9.9', 'node-red-node-random': '0.4.1' }, note)
                should(fake.instance(filler.id).modules).eql([
                    { name: 'existing-mod', version: '~1.0.0', local: true }, { name: 'node-red-node-random', version: '0.4.1', local: true }
                ])
                should(written).eql([['node-red-node-random']])
            })

            it('is refused to a Member', async () => {
                await failure(addModules(as('bob'), filler, { x: '1.0.0' }, note), 'not-permitted')
                should(written).eql([])
            })
        })

        it('finds out what became of a lost answer, and never writes twice', async () => {
            fake.respondWith(put, { handled: true, cut: 'at-once' })
            await addModules(as('alice'), filler, { x: '1.0.0' }, note)
            should(written).eql([['x']])
            fake.respondWith(put, { cut: 'at-once' })
            await failure(addModules(as('alice'), filler, { y: '1.0.0' }, note), 'addition-not-kept', { instance: 'filler' })
            should(written).eql([['x'], ['y'], []])
            should(writes()).have.length(2)
        })

        it('can be taken out again, whatever was changed meanwhile', async () => {
            withoutHidden()
            await addVariables(as('alice'), filler, { NEW: 'n' }, note)
            await addModules(as('alice'), filler, { x: '1.0.0' }, note)
            fake.setInstance(filler.id, { env: [...fake.instance(filler.id).env, { name: 'LATER', value: 'l' }] })
            await takeOut(as('alice'), filler, { variables: ['NEW'], modules: ['x'] })
            should(fake.instance(filler.id).env).eql([...open, { name: 'LATER', value: 'l' }])
            should(fake.instance(filler.id).modules).eql([{ name: 'existing-mod', version: '~1.0.0', local: true }])
            const count = writes().length
            await takeOut(as('alice'), filler, { variables: ['NEW'], modules: ['x'] })
            should(writes()).have.length(count)
        })
    })
}
