import should from 'should'
import { Turns } from '../../src/runtime/turns'
import { CodedError } from '../../src/shared/errors'
import { failure } from '../flowfuse/failure'

const late = () => new CodedError('changes-waiting', {}, 409)
const gate = () => {
    let open = () => {}
    return { opened: new Promise<void>(resolve => { open = resolve }), open: () => open() }
}

describe('work that changes the same thing', () => {
    it('is done one after the other, also after a failure, and keeps nothing else waiting', async () => {
        const [turns, { opened, open }, done] = [new Turns(), gate(), [] as string[]]
        const first = turns.take('a', async () => {
            await opened
            done.push('first')
            throw new CodedError('internal')
        }, late)
        const second = turns.take('a', async () => { done.push('second') }, late)
        await turns.take('b', async () => { done.push('other') }, late)
        open()
        await failure(first, 'internal')
        await second
        should(done).eql(['other', 'first', 'second'])
    })

    it('is never done when its turn does not come in time, and what comes after that waits for no more than what is at work', async () => {
        const [turns, { opened, open }, done] = [new Turns(10), gate(), [] as string[]]
        const first = turns.take('a', () => opened, late)
        await failure(turns.take('a', async () => { done.push('second') }, late), 'changes-waiting')
        open()
        await first
        await turns.take('a', async () => { done.push('third') }, late)
        should(done).eql(['third'])
    })
})
