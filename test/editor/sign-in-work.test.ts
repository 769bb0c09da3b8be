import should from 'should'
import { SignInWork, type SignInBrowser, type SignInWindow } from '../../src/editor/sign-in-work'
import { RequestFailure } from '../../src/editor/node-red-requests'
import type { SignInState } from '../../src/shared/requests'

describe('the panel’s part of a sign-in', () => {
    /** What happened, in order. */
    let events: string[]
    let opened: (SignInWindow & { closed: boolean }) | null
    let blocked: boolean
    let answers: Array<SignInState | Error>
    let startFails: Error | null
    let message: () => void
    let work: SignInWork

    beforeEach(() => {
        events = []
        opened = null
        blocked = false
        answers = []
        startFails = null
        message = () => undefined
        const browser: SignInBrowser = {
            editorUrl: () => 'http://local/admin/',
            open: () => {
                events.push('open')
                opened = blocked ? null : { closed: false, go: url => { events.push(`go ${url}`) }, close: () => { opened!.closed = true } }
                return opened
            },
            onMessage: listener => {
                message = listener
                return () => { message = () => undefined }
            }
        }
        const api = {
            startSignIn: async () => {
                events.push('start')
                if (startFails !== null) {
                    throw startFails
                }
                return { id: 'i', page: 'flowfuse-snapshots/sign-in/t', server: 'https://ff' }
            },
            signInState: async () => {
                const answer = answers.shift() ?? { phase: 'waiting' as const }
                if (answer instanceof Error) {
                    throw answer
                }
                return answer
            },
            cancelSignIn: async (id: string) => { events.push(`cancel ${id}`) }
        }
        work = new SignInWork(api, async id => { events.push(`accept ${id}`) }, browser)
    })

    afterEach(() => work.cancel())

    const turn = () => new Promise(resolve => setImmediate(resolve))
    const looked = async (answer: SignInState | Error) => {
        answers.push(answer)
        message()
        await turn()
    }
    const failed = (code: string) => new RequestFailure(404, { code, params: {} })
    const alice = { username: 'alice', name: 'Alice' }

    it('opens the window before it asks anything, so that no browser blocks it', async () => {
        const started = work.start('ff')
        should(events).eql(['open', 'start'])
        await started
        should(events[2]).equal('go http://local/admin/flowfuse-snapshots/sign-in/t')
        should(work.phase).eql({ name: 'waiting', server: 'https://ff', closed: false })
    })

    it('says that the window was blocked, and starts nothing', async () => {
        blocked = true
        await work.start('ff')
        should(work.phase).eql({ name: 'idle', failure: null, blocked: true })
        should(events).eql(['open'])
    })

    it('closes the window again when the server can’t be used', async () => {
        startFails = new RequestFailure(502, { code: 'server-not-flowfuse', params: {} })
        await work.start('ff')
        should(opened!.closed).be.true()
        should(work.phase).containEql({ name: 'idle', failure: { kind: 'coded', code: 'server-not-flowfuse', params: {} } })
    })

    it('shows who signed in, and uses it when the user says so', async () => {
        await work.start('ff')
        await looked({ phase: 'ready', server: 'https://ff', user: alice })
        should(work.phase).containEql({ name: 'ready', user: alice })
        should(opened!.closed).be.true()
        should(events).not.containEql('accept i')
        should(await work.use()).be.true()
        work.cancel()
        should(events.slice(-1)).eql(['accept i'])
    })

    it('tells of a closed window, and still notices when the sign-in was finished there', async () => {
        await work.start('ff')
        opened!.closed = true
        await looked({ phase: 'waiting' })
        should(work.phase).containEql({ name: 'waiting', closed: true })
        await looked({ phase: 'ready', server: 'https://ff', user: alice })
        should(work.phase).containEql({ name: 'ready' })
    })

    it('says why it failed: denied, too late', async () => {
        await work.start('ff')
        await looked({ phase: 'failed', error: { code: 'sign-in-denied', params: { server: 'https://ff' } } })
        should(work.phase).containEql({ name: 'idle', failure: { kind: 'coded', code: 'sign-in-denied', params: { server: 'https://ff' } } })
        await work.start('ff')
        await looked(failed('sign-in-unknown'))
        should(work.phase).containEql({ name: 'idle', failure: { kind: 'coded', code: 'sign-in-unknown', params: {} } })
    })

    it('goes on after Node-RED did not answer for a while', async () => {
        await work.start('ff')
        await looked(new RequestFailure(0, undefined))
        should(work.phase).containEql({ name: 'waiting' })
        await looked({ phase: 'ready', server: 'https://ff', user: alice })
        should(work.phase).containEql({ name: 'ready' })
    })

    it('forgets a cancelled sign-in everywhere', async () => {
        await work.start('ff')
        work.cancel()
        should(events.slice(-1)).eql(['cancel i'])
        should(opened!.closed).be.true()
        await looked({ phase: 'ready', server: 'https://ff', user: alice })
        should(work.phase).eql({ name: 'idle', failure: null, blocked: false })
        should(await work.use()).be.false()
    })
})
