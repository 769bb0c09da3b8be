import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type Request } from 'express'
import should from 'should'
import { addConnectionRoutes } from '../../src/runtime/routes/connection'
import { addPushRoutes } from '../../src/runtime/routes/push'
import { makeRouter } from '../../src/runtime/routes/router'
import { addTargetRoutes } from '../../src/runtime/routes/targets'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { Job, PanelState, PushPreview } from '../../src/shared/requests'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { redDouble } from './red-double'
import { testServices } from './test-services'

type Answer<T> = { status: number, body: T & ErrorAnswer }

describe('what happens while a push dialog is open', () => {
    let fake: FakeFlowFuse
    let folder: string
    let local: Server
    let url: string
    let filler: string
    const reported: unknown[] = []

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        filler = fake.ids.instances.filler
        Object.values(fake.ids.instances).forEach(id => fake.restartsWith(id, ['running']))
        folder = mkdtempSync(join(tmpdir(), 'ffs-dialog-'))
        reported.length = 0
        const double = redDouble({ adminAuth: {} })
        double.deploy([{ id: 't', type: 'tab', label: 'Line 4' }])
        const services = testServices(double.nodeRed, folder, error => reported.push(error))
        const admin = express()
        admin.use(express.json())
        // The user that a request names is who sends it: Node-RED's own sign-in is not what is tested here.
        const router = makeRouter(admin, () => (request, _response, next) => {
            const username = request.headers.authorization?.replace('Bearer ', '')
            Object.assign(request as Request & { user?: object }, { user: { username } })
            next()
        }, services)
        addConnectionRoutes(router, services)
        addTargetRoutes(router, services)
        addPushRoutes(router, services)
        local = createServer(admin)
        await new Promise<void>(resolve => local.listen(0, '127.0.0.1', resolve))
        url = `http://127.0.0.1:${(local.address() as AddressInfo).port}`
    })

    afterEach(async () => {
        await fake.stop()
        local.closeAllConnections()
        await new Promise(resolve => local.close(resolve))
        rmSync(folder, { recursive: true })
        should(reported).eql([])
    })

    /** An editor of a Node-RED user, connected as a platform user, with filler as its target. */
    const editor = async (user: string, as: 'alice' | 'bob' = 'alice') => {
        const call = async <T>(method: string, path: string, body?: object): Promise<Answer<T>> => {
            const response = await fetch(`${url}/flowfuse-snapshots/${path}`, {
                method,
                headers: { authorization: `Bearer ${user}`, origin: url, 'content-type': 'application/json' },
                ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) })
            })
            return { status: response.status, body: await response.json() as T & ErrorAnswer }
        }
        const push = (name: string, change: object = {}) => call<Job>('POST', 'push', {
            instanceId: filler, name, description: '', variables: { rule: 'keep' }, restore: { captureBefore: true }, ...change
        })
        const end = async ({ body }: Answer<Job>): Promise<Job> => {
            let job: Job = body
            while (job.state === 'running') {
                job = (await call<Job>('GET', `jobs/${job.id}`)).body
            }
            return job
        }
        const connected = await call<PanelState>('POST', 'connection', { server: fake.url, token: fake.tokens[as] })
        should(connected.status).equal(200, JSON.stringify(connected.body))
        should((await call('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: filler })).status).equal(200)
        return { call, push, end }
    }
    const changes = () => fake.requests.filter(({ method }) => method !== 'GET')
    const nothing = { snapshot: null, before: null, restored: false, stateAfter: null }

    it('a push to an instance that was deleted meanwhile creates nothing, and another target works', async () => {
        const { call, push, end } = await editor('ann')
        should((await call<PushPreview>('GET', 'push/preview')).status).equal(200)
        fake.deleteInstance(filler)
        const job = await end(await push('v1'))
        should(job).containDeep({ state: 'failed', error: { code: 'instance-gone' }, result: nothing })
        should(changes()).eql([])
        should((await call('GET', 'push/preview')).body.code).equal('instance-gone')

        const { labeller } = fake.ids.instances
        await call('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: labeller })
        should((await end(await push('v1', { instanceId: labeller }))).state).equal('done')
        should(fake.snapshotsOf(labeller).map(({ name }) => name)).eql(['Before restore of “v1”', 'v1'])
    })

    it('a push of somebody who lost the role or the team meanwhile creates nothing', async () => {
        const { call, push, end } = await editor('ann', 'bob')
        should((await call<PushPreview>('GET', 'push/preview')).status).equal(200)
        for (const [role, code] of [[10, 'role-too-low'], [null, 'instance-gone']] as const) {
            fake.setRole('bob', role)
            should(await end(await push('v1'))).containDeep({ state: 'failed', error: { code }, result: nothing })
        }
        should(changes()).eql([])
        fake.setRole('bob', 30)
        should((await end(await push('v1'))).state).equal('done')
    })

    it('a push of another editor is let through first, whoever it belongs to, and then this one goes', async () => {
        const first = await editor('ann')
        const same = await editor('ann')
        const other = await editor('ben', 'bob')
        let release = () => {}
        const released = new Promise<void>(resolve => { release = resolve })
        fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { handled: true, after: released })
        const running = await first.push('first')
        should(running.status).equal(202)
        for (const { push } of [same, other, first]) {
            should(await push('second')).eql({ status: 409, body: { code: 'job-running', params: {} } })
        }
        should((await other.call('GET', `jobs/${running.body.id}`)).body.code).equal('job-not-found')
        should((await other.call('DELETE', `jobs/${running.body.id}`)).body.code).equal('job-not-found')
        release()
        should((await first.end(running)).state).equal('done')
        should((await same.end(running)).result.restored).be.true()
        should((await other.end(await other.push('second'))).state).equal('done')
        const names = fake.snapshotsOf(filler).map(({ name, user }) => [name, user])
        should(names).eql([['Before restore of “second”', 'bob'], ['second', 'bob'], ['Before restore of “first”', 'alice'], ['first', 'alice']])
    })

    it('two pushes that start at the same moment become one', async () => {
        const [ann, ben] = [await editor('ann'), await editor('ben', 'bob')]
        const answers = await Promise.all([ann.push('one'), ben.push('other'), ann.push('third'), ben.push('fourth')])
        should(answers.map(({ status }) => status).sort()).eql([202, 409, 409, 409])
        const winner = answers.findIndex(({ status }) => status === 202)
        await (winner % 2 === 0 ? ann : ben).end(answers[winner]!)
        should(fake.snapshotsOf(filler)).have.length(2)
    })
})
