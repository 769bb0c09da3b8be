import { createHash } from 'node:crypto'
import should from 'should'
import { authorizeUrl, newVerifier } from '../../src/flowfuse/oauth'
import { pageHeaders, signInPage } from '../../src/runtime/sign-in-page'
import { editorAddress, SignIns } from '../../src/runtime/sign-ins'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { outcome } from './outcome'
import { PluginWorld } from './plugin-world'

const editor = 'https://plant.example/nr/'
const minutes = 60_000

describe('Guarantee 5: a sign-in by browser belongs to one user, one browser, five minutes and one try', () => {
    let fake: FakeFlowFuse
    let now: number
    let signIns: SignIns

    before(async () => { fake = await startFakeFlowFuse({ version: '2.33.2' }) })
    beforeEach(() => {
        now = 1_800_000_000_000
        fake.requests.length = 0
        signIns = new SignIns(() => now)
    })
    after(() => fake.stop())

    const begin = () => {
        const { id, ticket } = signIns.start('ann', fake.url, editor)
        const { location, cookie } = signIns.open(ticket)
        return { id, ticket, url: new URL(location), setCookie: cookie, cookie: cookie.split(';')[0]!, state: new URL(location).searchParams.get('state')! }
    }
    const callback = (change: object = {}) => ({ state: '', code: 'c', error: '', errorDescription: '', cookies: '', ...change })
    const finish = (change: object) => outcome(() => signIns.finish(callback(change)))
    const exchanged = () => fake.requests.filter(({ path }) => path === '/account/token').length
    /** As FlowFuse answers; the sign-in of alice. */
    const granting = () => {
        const { accessToken, refreshToken } = fake.signIn('alice')
        return fake.respondWith({ path: '/account/token' }, { body: { access_token: accessToken, refresh_token: refreshToken, expires_in: 1800 } }, Infinity)
    }

    it('carries the hash of a secret that only we know (S256)', () => {
        const verifier = newVerifier()
        should(Buffer.from(verifier, 'base64url').length).be.aboveOrEqual(32)
        const { searchParams } = new URL(authorizeUrl('https://ff.example', { redirectUri: editor, state: 's', verifier }))
        should(searchParams.get('code_challenge_method')).equal('S256')
        should(searchParams.get('code_challenge')).equal(createHash('sha256').update(verifier).digest('base64url'))
        should([...searchParams.values()]).not.containEql(verifier)
        should(newVerifier()).not.equal(verifier)
    })

    it('has a state of at least 128 bits, another one each time', () => {
        const states = Array.from({ length: 20 }, () => begin().state)
        should(new Set(states).size).equal(20)
        should(Buffer.from(states[0]!, 'base64url').length).be.aboveOrEqual(16)
    })

    it('refuses a state that is made up, none, or of another sign-in', async () => {
        const { cookie } = begin()
        should(await finish({ state: 'x'.repeat(43), cookies: cookie })).equal('sign-in-late')
        should(await finish({ state: '', cookies: cookie })).equal('sign-in-late')
        should(exchanged()).equal(0)
    })

    it('refuses the callback in another browser, and the state is used up by that', async () => {
        const other = begin()
        for (const cookies of ['', other.cookie, 'ffs-sign-in=x']) {
            const { state, cookie } = begin()
            should(await finish({ state, cookies })).equal('sign-in-other-browser')
            should(await finish({ state, cookies: cookie })).equal('sign-in-late')
        }
        should(exchanged()).equal(0)
    })

    it('refuses a callback that comes before the window was opened with the ticket', async () => {
        const { ticket } = signIns.start('ann', fake.url, editor)
        const state = new URL(signIns.open(ticket).location).searchParams.get('state')
        should(await finish({ state, cookies: '' })).equal('sign-in-other-browser')
    })

    it('takes state and ticket once', async () => {
        const end = granting()
        const { id, ticket, state, cookie } = begin()
        should(await outcome(() => signIns.open(ticket))).equal('sign-in-late')
        should(await finish({ state, cookies: `a=b; ${cookie}` })).equal('done')
        should(await finish({ state, cookies: cookie })).equal('sign-in-late')
        should(exchanged()).equal(1)
        should(signIns.take('ann', id).user.username).equal('alice')
        should(await outcome(() => signIns.take('ann', id))).equal('sign-in-unknown')
        end()
    })

    it('is nobody else’s', async () => {
        const end = granting()
        const { id, state, cookie } = begin()
        await signIns.finish(callback({ state, cookies: cookie }))
        for (const look of [() => signIns.state('eve', id), () => signIns.take('eve', id), () => signIns.cancel('eve', id), () => signIns.take('', id)]) {
            should(await outcome(look)).equal('sign-in-unknown')
        }
        should(signIns.state('ann', id).phase).equal('ready')
        end()
    })

    it('ends after five minutes, at every step', async () => {
        const one = signIns.start('ann', fake.url, editor)
        now += 5 * minutes
        should(await outcome(() => signIns.open(one.ticket))).equal('sign-in-late')
        const { state, cookie, id } = begin()
        now += 5 * minutes
        should(await finish({ state, cookies: cookie })).equal('sign-in-late')
        should(await outcome(() => signIns.state('ann', id))).equal('sign-in-unknown')
        should(exchanged()).equal(0)
    })

    it('sets a cookie that only the callback gets, scripts never, and plain http never where there is https', () => {
        should(begin().setCookie).match(/; Path=\/nr\/flowfuse-snapshots\/flowfuse-nr-tools\/auth\/callback; Max-Age=300; HttpOnly; SameSite=Lax; Secure$/)
    })

    it('leads back only to where the request came from', async () => {
        should(editorAddress('https://plant.example/nr/', 'https://plant.example')).equal(editor)
        should(await outcome(() => editorAddress('https://evil.example/nr/', 'https://plant.example'))).equal('origin-refused')
        should(await outcome(() => editorAddress('https://plant.example/nr/', undefined))).equal('origin-refused')
        should(await outcome(() => editorAddress('https://plant.example/nr/;%20Domain=x;', 'https://plant.example'))).equal('editor-url-invalid')
    })

    it('ends on a page that carries no data and posts to its own origin alone', () => {
        const page = signInPage('Title', 'Words')
        should(page).match(/new BroadcastChannel\('[\w:-]+'\)\.postMessage\(''\); close\(\)/)
        should(page).not.match(/opener|postMessage\([^)]*\*|location/)
        should(pageHeaders['Content-Security-Policy']).startWith("default-src 'none'; script-src 'sha256-")
        should(pageHeaders).containEql({ 'Referrer-Policy': 'no-referrer', 'X-Frame-Options': 'DENY' })
    })

    describe('by the plugin as a whole', () => {
        let world: PluginWorld
        before(async () => { world = await PluginWorld.start({ adminAuth: true }) })
        after(() => world.stop())
        const ann = { authorization: 'Bearer ann' }
        const path = 'flowfuse-nr-tools/auth/callback'
        const window = { origin: undefined, 'content-type': undefined, 'sec-fetch-site': 'cross-site' }

        it('takes the callback only from somebody who goes there, shows who signed in, and uses nothing before that was accepted', async () => {
            const { accessToken, refreshToken } = world.fake.signIn('alice')
            world.fake.respondWith({ path: '/account/token' }, { body: { access_token: accessToken, refresh_token: refreshToken, expires_in: 1800 } })
            const { id, page } = await world.json<{ id: string, page: string }>('POST', 'sign-in', { server: world.fake.url, editorUrl: `http://${world.host}/` }, ann)
            const opened = await world.call('GET', `/${page}`, undefined, { ...window, 'sec-fetch-site': 'same-origin' })
            should(opened.status).equal(302)
            const state = new URL(opened.headers.location!).searchParams.get('state')!
            const cookie = opened.headers['set-cookie']![0]!.split(';')[0]!
            const back = `${path}?state=${state}&code=canary-code`
            for (const loaded of [{ 'sec-fetch-dest': 'image' }, { 'sec-fetch-mode': 'no-cors' }, { 'sec-fetch-dest': 'iframe' }]) {
                should((await world.call('GET', back, undefined, { ...window, cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', ...loaded })).status).equal(403)
            }
            const done = await world.call('GET', back, undefined, { ...window, cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })
            should(done.status).equal(200)
            should(done.text).not.match(/canary|alice|ffs-sign-in/)
            should(done.text).not.containEql(state)
            should(await world.json('GET', `sign-in/${id}/state`, undefined, ann)).containDeep({ phase: 'ready', user: { username: 'alice' } })
            should((await world.call('GET', 'teams', undefined, ann)).code).equal('not-connected')
            should((await world.call('POST', `sign-in/${id}/accept`, {}, { authorization: 'Bearer eve' })).code).equal('sign-in-unknown')
            should((await world.call('POST', `sign-in/${id}/accept`, {}, ann)).status).equal(200)
            should((await world.call('GET', 'teams', undefined, ann)).status).equal(200)
            should((await world.call('GET', 'teams', undefined, { authorization: 'Bearer eve' })).code).equal('not-connected')
        })
    })
})
