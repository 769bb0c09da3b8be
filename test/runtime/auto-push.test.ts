import should from 'should'
import { isAutomaticPush } from '../../src/shared/names'
import { CodedError, type ErrorCode } from '../../src/shared/errors'
import type { FaultResponse } from '../fake/platform'
import { AutoPushTrial } from './auto-push-trial'

const create = { method: 'POST', path: /\/snapshots$/ }
const unauthorized = { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } }
const refused = { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }

describe('the automatic push', () => {
    let trial: AutoPushTrial

    beforeEach(async () => { trial = await AutoPushTrial.start() })

    afterEach(() => trial.stop())

    /** As many as are asked for, a second apart. */
    async function pushMany (count: number): Promise<void> {
        for (let at = 0; at < count; at++) {
            await trial.pass(1000)
            await trial.deploy(`change ${at} ${trial.now}`)
        }
    }

    it('pushes after a deploy that changed something, under its own name, and links to it', async () => {
        await trial.signIn()
        await trial.switchOn()
        should(trial.names()).eql([])
        await trial.deploy('scale')
        should(trial.names()).have.length(1)
        isAutomaticPush(trial.names()[0]!).should.be.true()
        const [snapshot] = trial.fake.snapshotsOf(trial.instance)
        should(snapshot).containDeep({ user: 'alice', flows: [{ id: 't' }, { id: 'n0', name: 'scale' }] })
        should(await trial.standing()).eql({ standing: 'same', changes: 0 })
        should(await trial.state()).eql({ on: true, by: 'ann', mine: true, stopped: null, failure: null, retryAt: null, kept: 1 })
    })

    it('pushes nothing before it is switched on, after it was switched off, or for a deploy that changed nothing or moved a node', async () => {
        await trial.signIn()
        trial.services.autoPush.start()
        await trial.deploy('before')
        await trial.switchOn()
        await trial.deploy('scale')
        should(trial.names()).have.length(1)
        await trial.deploy('scale')
        trial.red.deploy([{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n0', type: 'x', z: 't', x: 500, y: 70, name: 'scale' }])
        await trial.services.autoPush.settled()
        should(trial.names()).have.length(1)
        await trial.services.autoPush.set('ann', trial.instance, false)
        await trial.deploy('later')
        should(trial.names()).have.length(1)
        should((await trial.state()).on).be.false()
    })

    it('sends credentials, and never a variable of this computer', async () => {
        process.env.FFS_AUTO_SECRET = 'of-this-host'
        try {
            trial.fake.setInstance(trial.instance, { env: [{ name: 'KEEP', value: 'kept' }] })
            await trial.signIn()
            await trial.switchOn()
            trial.red.deploy([{ id: 't', type: 'tab', label: '${FFS_AUTO_SECRET}' }, { id: 'n', type: 'x', z: 't' }], { n: { password: 'p4ss' } })
            await trial.services.autoPush.settled()
            const [snapshot] = trial.fake.snapshotsOf(trial.instance)
            should(snapshot!.credentials).eql({ n: { password: 'p4ss' } })
            should(snapshot!.env.KEEP).equal('kept')
            should(JSON.stringify(trial.fake.requests)).not.match(/of-this-host/)
        } finally {
            delete process.env.FFS_AUTO_SECRET
        }
    })

    it('needs a link, a right to push and the chosen instance', async () => {
        await trial.signIn()
        trial.services.autoPush.start()
        await trial.deploy('a')
        const switchOn = (id = trial.instance) => trial.services.autoPush.set('ann', id, true)
        await switchOn().should.be.rejectedWith({ code: 'auto-push-unlinked' })
        await switchOn(trial.fake.ids.instances.filler).should.be.rejectedWith({ code: 'target-changed' })
        await trial.services.connections.setLink(trial.fake.url, trial.instance, { snapshotId: 's', name: 's', pushedAt: '2026-01-01T00:00:00.000Z' })
        trial.fake.setRole('alice', 10)
        await switchOn().should.be.rejectedWith({ code: 'role-too-low' })
        should((await trial.state()).on).be.false()
    })

    it('keeps the newest ten of its own, and nobody else’s', async () => {
        await trial.signIn()
        const foreign = trial.fake.addSnapshot(trial.instance, { name: 'Local Auto Snapshot - 2020-01-01 00:00:00' })
        await trial.switchOn()
        await pushMany(12)
        const own = trial.fake.snapshotsOf(trial.instance).filter(({ id }) => id !== foreign)
        should(own).have.length(10)
        should(trial.names()).have.length(11)
        should(own.map(({ name }) => name)).eql([...own.map(({ name }) => name)].sort().reverse())
        should((await trial.state()).kept).equal(10)
    })

    it('deletes none that was renamed or described, or that a device runs or shall run', async () => {
        await trial.signIn()
        await trial.switchOn()
        await pushMany(10)
        const [renamed, described, ofDevice, third] = trial.fake.snapshotsOf(trial.instance).reverse()
        await api('PUT', `/api/v1/snapshots/${renamed!.id}`, { name: 'keep me', description: '' })
        await api('PUT', `/api/v1/snapshots/${described!.id}`, { name: described!.name, description: 'the good one' })
        trial.fake.setDevice(trial.fake.ids.devices.edgeApp, { targetSnapshotId: ofDevice!.id })
        await pushMany(4)
        const left = trial.fake.snapshotsOf(trial.instance).map(({ id }) => id)
        should(left).containEql(renamed!.id)
        should(left).containEql(described!.id)
        should(left).containEql(ofDevice!.id)
        should(left).not.containEql(third!.id)
        should(left).have.length(13)
    })

    async function api (method: string, path: string, body: object): Promise<void> {
        const response = await fetch(trial.fake.url + path, {
            method, headers: { authorization: `Bearer ${trial.fake.tokens.alice}`, 'content-type': 'application/json' }, body: JSON.stringify(body)
        })
        should(response.status).equal(200)
    }

    it('stops at ten, and says so, where the sign-in may not delete', async () => {
        await trial.signIn('bob')
        await trial.switchOn()
        await pushMany(12)
        should(trial.names()).have.length(10)
        should((await trial.state()).stopped).containDeep({ code: 'auto-push-full', because: { code: 'role-too-low' } })
        should(trial.fake.requests.filter(({ method }) => method === 'DELETE')).eql([])
    })

    it('stops at ten where only a refusal tells that it may not delete', async () => {
        await trial.signIn()
        await trial.switchOn()
        await pushMany(10)
        trial.fake.respondWith({ method: 'DELETE' }, refused, Infinity)
        await pushMany(2)
        should(trial.names()).have.length(10)
        should((await trial.state()).stopped).containDeep({ code: 'auto-push-full', because: { code: 'not-permitted' } })
        should(trial.fake.requests.filter(({ method }) => method === 'DELETE')).have.length(1)
    })

    it('goes on again once it is switched on again, after some were deleted there', async () => {
        await trial.signIn('bob')
        await trial.switchOn()
        await pushMany(11)
        for (const { id } of trial.fake.snapshotsOf(trial.instance).slice(0, 3)) {
            const response = await fetch(`${trial.fake.url}/api/v1/snapshots/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${trial.fake.tokens.alice}` } })
            should(response.status).equal(200)
        }
        await trial.services.autoPush.set('ann', trial.instance, true)
        await pushMany(1)
        should(trial.names()).have.length(8)
        should((await trial.state()).stopped).be.null()
    })

    it('pushes what was due when it stopped as soon as it is switched on again', async () => {
        await trial.signIn()
        await trial.switchOn()
        const end = trial.fake.respondWith(create, refused, Infinity)
        await trial.deploy('scale')
        should((await trial.state()).stopped).containDeep({ code: 'not-permitted' })
        end()
        await trial.services.autoPush.set('ann', trial.instance, true)
        await trial.services.autoPush.settled()
        should(trial.names()).have.length(1)
        should(await trial.standing()).eql({ standing: 'same', changes: 0 })
    })

    const away: Array<[string, FaultResponse, ErrorCode]> = [
        ['the connection breaks', { cut: 'at-once' }, 'server-cut'],
        ['a gateway answers', { status: 502, body: '<html>', contentType: 'text/html' }, 'server-error'],
        ['it is too much at once', { status: 429, body: {} }, 'rate-limited']
    ]
    for (const [name, answer, code] of away) {
        it(`waits longer and longer when ${name}, and then pushes what runs by then, once`, async () => {
            await trial.signIn()
            await trial.switchOn()
            const end = trial.fake.respondWith(({ path }) => path.startsWith('/api/'), answer, Infinity)
            await trial.deploy('first')
            should((await trial.state()).failure).containDeep({ code })
            should(trial.due).eql([30_000])
            await trial.deploy('second')
            should(trial.due).eql([30_000])
            await trial.pass(30_000)
            should(trial.due).eql([60_000])
            await trial.pass(60_000 + 120_000 + 240_000)
            should(trial.due).eql([480_000])
            await trial.pass(90 * 60_000)
            should(trial.due).have.length(1)
            trial.due[0]!.should.be.belowOrEqual(30 * 60_000)
            await trial.deploy('third')
            end()
            await trial.pass(30 * 60_000)
            should(trial.names()).have.length(1)
            should(trial.fake.snapshotsOf(trial.instance)[0]!.flows).containDeep([{ id: 'n0', name: 'third' }])
            should(await trial.state()).containDeep({ failure: null, retryAt: null, stopped: null })
        })
    }

    it('asks nothing at all while nothing is deployed', async () => {
        await trial.signIn()
        await trial.switchOn()
        await trial.deploy('scale')
        trial.fake.requests.length = 0
        await trial.pass(30 * 60_000)
        should(trial.fake.requests).eql([])
    })

    const ends: Array<[string, () => unknown, ErrorCode]> = [
        ['the token was taken back', () => trial.fake.respondWith({ path: /^\/api\/v1\/(?!settings)/ }, unauthorized, Infinity), 'token-refused'],
        ['the role is gone', () => trial.fake.setRole('alice', 10), 'role-too-low'],
        ['the user is no member any more', () => trial.fake.setRole('alice', null), 'instance-gone'],
        ['the instance is gone', () => trial.fake.deleteInstance(trial.instance), 'instance-gone'],
        ['the create is refused', () => trial.fake.respondWith(create, refused, Infinity), 'not-permitted'],
        ['the user signed in as somebody else', () => trial.signIn('bob'), 'auto-push-other-user'],
        ['the operator locked the target to another one', () => lockElsewhere(), 'target-locked']
    ]
    for (const [name, happen, code] of ends) {
        it(`stops and says so when ${name}, and tries no more`, async () => {
            await trial.signIn()
            await trial.switchOn()
            await happen()
            await trial.deploy('scale')
            should((await trial.state()).stopped).containDeep({ code })
            trial.fake.requests.length = 0
            await trial.deploy('again')
            await trial.pass(60 * 60_000)
            should(trial.fake.requests).eql([])
            should(trial.reported).eql([])
        })
    }

    function lockElsewhere (): void {
        Object.assign(trial.services.settings, { instance: trial.fake.ids.instances.filler, lockedBy: 'settings.js' })
    }

    it('is off once its user has disconnected', async () => {
        await trial.signIn()
        await trial.switchOn()
        await trial.services.connections.disconnect('ann')
        await trial.deploy('scale')
        should((await trial.state()).on).be.false()
        should(trial.names()).eql([])
    })

    it('survives a restart: what was due is pushed, what was pushed is known', async () => {
        await trial.signIn()
        await trial.switchOn()
        await pushMany(9)
        const end = trial.fake.respondWith(({ path }) => path.startsWith('/api/'), { cut: 'at-once' }, Infinity)
        await trial.deploy('late')
        end()
        await trial.pass(1000)
        await trial.restart([{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n0', type: 'x', z: 't', name: 'late' }])
        should(trial.names()).have.length(10)
        await trial.restart([{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n0', type: 'x', z: 't', name: 'late' }])
        should(trial.names()).have.length(10)
        await pushMany(1)
        should(trial.names()).have.length(10)
    })

    it('pushes after a restart what was deployed too late to be looked at, and nothing else', async () => {
        await trial.signIn()
        await trial.switchOn([{ id: 't', type: 'tab', label: 'Line 4' }])
        await trial.restart([{ id: 't', type: 'tab', label: 'Line 4' }])
        should(trial.names()).eql([])
        await trial.restart([{ id: 't', type: 'tab', label: 'Line 5' }])
        should(trial.fake.snapshotsOf(trial.instance)).have.length(1)
        should(trial.fake.snapshotsOf(trial.instance)[0]!.flows).containDeep([{ id: 't', label: 'Line 5' }])
        await trial.restart([{ id: 't', type: 'tab', label: 'Line 5' }])
        should(trial.names()).have.length(1)
    })

    it('takes what an older version left, of which it is not known what ran, for no change', async () => {
        await trial.signIn()
        await trial.switchOn()
        await trial.services.connections.changeAutoPush(trial.fake.url, trial.instance, each => { delete each.seen })
        await trial.restart([{ id: 't', type: 'tab', label: 'Line 5' }])
        should(trial.names()).eql([])
        await trial.restart([{ id: 't', type: 'tab', label: 'Line 6' }])
        should(trial.names()).have.length(1)
    })

    it('looks again later where what runs could not be looked at, and pushes it only if it changed', async () => {
        await trial.signIn()
        await trial.switchOn()
        const { content } = trial.services
        const get = content.get.bind(content)
        const failing = () => { content.get = () => Promise.reject(new CodedError('capture-moved', {}, 409)) }
        failing()
        await trial.deploy()
        should((await trial.state()).failure).containDeep({ code: 'capture-moved' })
        should(trial.due).eql([30_000])
        content.get = get
        await trial.pass(30_000)
        should(trial.names()).eql([])
        should(await trial.state()).containDeep({ failure: null, retryAt: null })
        failing()
        await trial.deploy('scale')
        await trial.pass(30_000)
        should(trial.due).eql([60_000])
        content.get = get
        await trial.pass(60_000)
        should(trial.names()).have.length(1)
        should(await trial.state()).containDeep({ failure: null, retryAt: null })
    })

    it('is switched off by whom it runs as, also signed out, and by others only who may push there and have chosen it', async () => {
        await trial.signInByOAuth()
        await trial.switchOn()
        const { autoPush, connections } = trial.services
        const isOn = async () => (await autoPush.state(trial.fake.url, trial.instance, 'eve')).on
        const off = (user: string) => autoPush.set(user, trial.instance, false)
        const eve = (target: ReturnType<typeof trial.target> | null, token: string) =>
            connections.connect('eve', { server: trial.fake.url, user: { id: 'e', username: 'eve', name: 'eve' }, target }, token)
        await eve(null, trial.fake.tokens.bob)
        await off('eve').should.be.rejectedWith({ code: 'target-missing' })
        await eve(trial.target(), 'ffpat_nothing')
        await off('eve').should.be.rejectedWith({ code: 'token-refused' })
        trial.fake.setRole('bob', 10)
        await eve(trial.target(), trial.fake.tokens.bob)
        await off('eve').should.be.rejectedWith({ code: 'role-too-low' })
        should(await isOn()).be.true()
        trial.fake.setRole('bob', 30)
        await off('eve')
        should(await isOn()).be.false()
        await autoPush.set('ann', trial.instance, true)
        await connections.renew('ann', 'one', null)
        await off('ann')
        should(await isOn()).be.false()
    })

    it('is told apart from one’s own', async () => {
        await trial.signIn()
        await trial.switchOn()
        const stateFor = (user: string) => trial.services.autoPush.state(trial.fake.url, trial.instance, user)
        should(await stateFor('ann')).containEql({ by: 'ann', mine: true })
        should(await stateFor('eve')).containEql({ by: 'ann', mine: false })
    })

    it('lets others push soon where its answer is lost, and counts what came of it', async function () {
        this.timeout(15_000)
        await trial.signIn()
        await trial.switchOn()
        trial.fake.respondWith(create, { status: 503, body: {} }, 1)
        const begun = performance.now()
        await trial.deploy('scale')
        should(performance.now() - begun).be.below(10_000)
        should(trial.services.jobs.running()).be.null()
        should((await trial.state()).failure).containDeep({ code: 'push-outcome-unknown' })
        const [name] = await trial.services.connections.autoPush(trial.fake.url, trial.instance).then(stored => [stored!.making!])
        trial.fake.addSnapshot(trial.instance, { name: name! })
        await trial.pass(40_000)
        should((await trial.state()).kept).equal(2)
    })

    it('counts one as its own whose answer was lost with the power', async () => {
        await trial.signIn()
        await trial.switchOn()
        await trial.services.connections.changeAutoPush(trial.fake.url, trial.instance, each => { each.making = 'Local Auto Snapshot - 2026-02-28 23:59:59' })
        trial.fake.addSnapshot(trial.instance, { name: 'Local Auto Snapshot - 2026-02-28 23:59:59' })
        await trial.deploy('scale')
        should((await trial.state()).kept).equal(2)
    })

    it('never works while a job runs, nor keeps one from starting for long', async () => {
        await trial.signIn()
        await trial.switchOn()
        let release = () => {}
        const released = new Promise<void>(resolve => { release = resolve })
        const result = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: '', name: '', url: '' } }
        trial.services.jobs.start('somebody', ['capture'], result, () => released)
        trial.fake.requests.length = 0
        trial.red.deploy([{ id: 't', type: 'tab', label: 'Line 5' }])
        await new Promise(resolve => setTimeout(resolve, 30))
        should(trial.fake.requests).eql([])
        release()
        await trial.services.autoPush.settled()
        should(trial.names()).have.length(1)
    })

    it('says nothing secret', async () => {
        await trial.signIn()
        await trial.switchOn()
        trial.fake.respondWith(create, { status: 500, body: { error: 'no' } }, Infinity)
        trial.red.deploy([{ id: 'n', type: 'x' }], { n: { password: 'p4ss-of-a-node' } })
        await trial.services.autoPush.settled()
        should(JSON.stringify([await trial.state(), trial.red.log, trial.reported])).not.match(new RegExp(`p4ss|${trial.fake.tokens.alice}`))
    })
})
