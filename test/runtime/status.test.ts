import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import should from 'should'
import { makeRouter } from '../../src/runtime/routes/router'
import { addPushRoutes } from '../../src/runtime/routes/push'
import { addStatusRoutes } from '../../src/runtime/routes/status'
import { addTargetRoutes } from '../../src/runtime/routes/targets'
import { snapshotsThere } from '../../src/runtime/status'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { Job, PushRequest } from '../../src/shared/requests'
import type { Status } from '../../src/shared/status'
import { AutoPushTrial } from './auto-push-trial'

const tab = { id: 't', type: 'tab', label: 'Line 4' }
const node = { id: 'n', type: 'x', z: 't', x: 10, y: 20, name: 'scale', topic: '${FFS_STATUS_LINE}' }
const group = { id: 'g', type: 'group', z: 't', x: 1, y: 1, w: 100, h: 50, nodes: ['n'] }
const subflow = { id: 's', type: 'subflow', name: 'Mix', in: [{ x: 1, y: 1, wires: [] }], out: [{ x: 9, y: 9, wires: [] }], status: { x: 2, y: 2, wires: [] } }

describe('how what runs here stands to the linked snapshot', () => {
    let trial: AutoPushTrial
    let local: Server
    let url: string

    beforeEach(async () => {
        process.env.FFS_STATUS_LINE = 'seven'
        trial = await AutoPushTrial.start()
        await trial.signIn()
        const admin = express()
        admin.use(express.json())
        const router = makeRouter(admin, () => (request, _response, next) => {
            Object.assign(request, { user: { username: 'ann' } })
            next()
        }, trial.services)
        addPushRoutes(router, trial.services)
        addStatusRoutes(router, trial.services)
        addTargetRoutes(router, trial.services)
        local = createServer(admin)
        await new Promise<void>(resolve => local.listen(0, '127.0.0.1', resolve))
        url = `http://127.0.0.1:${(local.address() as AddressInfo).port}`
    })

    afterEach(async () => {
        delete process.env.FFS_STATUS_LINE
        local.closeAllConnections()
        await new Promise(resolve => local.close(resolve))
        await trial.stop()
    })

    async function ask<T> (method: string, path: string, body?: unknown): Promise<{ status: number, body: T & ErrorAnswer }> {
        const response = await fetch(`${url}/flowfuse-snapshots/${path}`, {
            method, headers: { 'content-type': 'application/json', origin: url }, body: body === undefined ? undefined : JSON.stringify(body)
        })
        return { status: response.status, body: await response.json() as T & ErrorAnswer }
    }

    const status = async (look = 'nothing') => (await ask<Status>('GET', `status?look=${look}`)).body

    async function push (change: Partial<PushRequest> = {}): Promise<void> {
        const { body } = await ask<Job>('POST', 'push', {
            instanceId: trial.instance, name: 'v1.4', description: '', variables: { rule: 'keep' }, restore: null, ...change
        })
        await trial.services.jobs.ended(body.id)
        should(trial.services.jobs.get('ann', body.id)).containDeep({ state: 'done', error: null })
    }

    const standing = async () => {
        const { standing, changes } = await status()
        return [standing, changes]
    }

    it('is nothing without a link, the same right after a push, and so many changes after a deploy', async () => {
        trial.red.deploy([tab, node])
        should(await standing()).eql([null, 0])
        await push()
        should(await standing()).eql(['same', 0])
        trial.red.deploy([{ ...tab, label: 'Line 5' }, { ...node, name: 'other' }, { id: 'more', type: 'y', z: 't' }])
        should(await standing()).eql(['changed', 3])
        trial.red.deploy([tab, node])
        should(await standing()).eql(['same', 0])
    })

    it('counts credentials, and neither places nor sizes', async () => {
        trial.red.deploy([tab, node, group, subflow], { n: { password: 'one' } })
        await push()
        trial.red.deploy([
            tab, { ...node, x: 500, y: 60 }, { ...group, x: 7, y: 7, w: 300, h: 80 },
            { ...subflow, in: [{ x: 5, y: 5, wires: [] }], out: [{ x: 8, y: 8, wires: [] }], status: { x: 3, y: 3, wires: [] } }
        ], { n: { password: 'one' } })
        should(await standing()).eql(['same', 0])
        trial.red.deploy([tab, node, group, { ...subflow, out: [{ x: 9, y: 9, wires: [{ id: 'n', port: 0 }] }] }], { n: { password: 'two' } })
        should(await standing()).eql(['changed', 2])
    })

    it('counts a variable that was sent and has another value now, and none that was not sent', async () => {
        trial.red.deploy([tab, node])
        await push({ variables: { rule: 'mine', names: ['FFS_STATUS_LINE'] } })
        should(await standing()).eql(['same', 0])
        process.env.FFS_STATUS_LINE = 'eight'
        should(await standing()).eql(['changed', 1])
        await push({ name: 'v1.5', variables: { rule: 'mine', names: ['FFS_STATUS_LINE'], keysOnly: ['FFS_STATUS_LINE'] } })
        process.env.FFS_STATUS_LINE = 'nine'
        should(await standing()).eql(['same', 0])
    })

    it('is only that it is linked where what was exchanged is not known any more', async () => {
        trial.red.deploy([tab, node])
        await trial.services.connections.setLink(trial.fake.url, trial.instance, { snapshotId: 's', name: 'old', pushedAt: '2026-01-01T00:00:00.000Z' })
        should(await standing()).eql(['linked', 0])
    })

    it('is only that it is linked, and whether there is something newer, with a sign-in that can’t read what a snapshot holds', async () => {
        await trial.signInByOAuth()
        trial.red.deploy([tab, node])
        should(await standing()).eql([null, 0])
        await push()
        should(await standing()).eql(['linked', 0])
        trial.red.deploy([tab])
        should(await standing()).eql(['linked', 0])
        trial.fake.advance(60_000)
        const newer = trial.fake.addSnapshot(trial.instance, { name: 'hotfix', user: 'bob' })
        should(await status('snapshots')).containDeep({ standing: 'linked', there: { newer: { id: newer, name: 'hotfix' }, gone: false } })
        // What was sent is known all the same, and by a token that is told again.
        await trial.signIn()
        should(await standing()).eql(['changed', 1])
    })

    for (const version of ['2.33.2', '2.4.0']) {
        it(`rests on what was recorded: no sign-in with FlowFuse reads a snapshot of ${version}, and every Member’s token does`, () => {
            const { matrix } = JSON.parse(readFileSync(`${__dirname}/../contract/flowfuse-${version}.json`, 'utf8')) as { matrix: Record<string, Record<string, string>> }
            for (const row of ['get-snapshot', 'get-snapshot-by-instance', 'get-snapshot-full', 'export', 'export-by-instance']) {
                const answers = matrix[row]!
                should([row, answers['alice-oauth'], answers['bob-oauth'], answers['alice-pat'], answers['bob-pat']]).eql([row, '403', '403', '200', '200'])
            }
        })
    }

    it('needs no request for what runs here, and one for what is there', async () => {
        trial.red.deploy([tab, node])
        await push()
        for (const [look, count] of [['nothing', 0], ['snapshots', 1], ['instance', 1]] as const) {
            trial.fake.requests.length = 0
            const answer = await status(look)
            should(answer.standing).equal('same')
            should(trial.fake.requests).have.length(count)
            should(answer.state).equal(look === 'instance' ? 'running' : null)
            should(answer.there === null).equal(look !== 'snapshots')
        }
    })

    it('hears of a newer snapshot, but not of a capture before a restore, and of one that is gone', async () => {
        trial.red.deploy([tab, node])
        trial.fake.addSnapshot(trial.instance, { name: 'older' })
        await push()
        trial.fake.advance(60_000)
        should((await status('snapshots')).there).containDeep({ newer: null, gone: false })
        const capture = trial.fake.addSnapshot(trial.instance, { name: 'Before restore of “v1.4”' })
        should((await status('snapshots')).there).eql({ newest: capture, newer: null, gone: false })
        const newer = trial.fake.addSnapshot(trial.instance, { name: 'hotfix', user: 'bob' })
        should((await status('snapshots')).there).eql({ newest: newer, newer: { id: newer, name: 'hotfix' }, gone: false })
        const { link } = await status()
        await fetch(`${trial.fake.url}/api/v1/snapshots/${link!.snapshotId}`, { method: 'DELETE', headers: { authorization: `Bearer ${trial.fake.tokens.alice}` } })
        should((await status('snapshots')).there).containDeep({ gone: true })
    })

    it('does not call a snapshot gone that may be on an older page', () => {
        const link = { snapshotId: 's', name: 'v1', pushedAt: '2026-01-01T00:00:00.000Z' }
        const other = { id: 'o', name: 'o', description: '', createdAt: '2026-01-02T00:00:00.000Z', user: null }
        should(snapshotsThere([other], true, link).gone).be.false()
        should(snapshotsThere([other], false, link).gone).be.true()
    })

    it('is switched on and off by its route, and refuses what it does not know', async () => {
        trial.red.deploy([tab, node])
        await push()
        const on = await ask<Status>('PUT', 'status/automatic-push', { instanceId: trial.instance, on: true })
        should(on.body.automatic).eql({ on: true, by: 'ann', mine: true, stopped: null, failure: null, retryAt: null, kept: 0 })
        const off = await ask<Status>('PUT', 'status/automatic-push', { instanceId: trial.instance, on: false })
        should(off.body.automatic.on).be.false()
        should((await ask('PUT', 'status/automatic-push', { instanceId: '../x', on: true })).body.code).equal('id-invalid')
        should((await ask('PUT', 'status/automatic-push', { instanceId: trial.instance, on: 'yes' })).body.code).equal('body-invalid')
        should((await ask('GET', 'status?look=everything')).body.code).equal('body-invalid')
    })

    it('is pushed automatically, if it is due, when the user comes back to the target', async () => {
        trial.red.deploy([tab, node])
        await push()
        trial.services.autoPush.start()
        await ask('PUT', 'status/automatic-push', { instanceId: trial.instance, on: true })
        const { ids: { teams, instances } } = trial.fake
        const choose = async (instanceId: string) => {
            should((await ask('PUT', 'target', { teamId: teams.bottlingPlant, instanceId })).status).equal(200)
            await trial.services.autoPush.settled()
        }
        await choose(instances.filler)
        trial.red.deploy([tab])
        await trial.services.autoPush.settled()
        should(trial.names()).eql(['v1.4'])
        await choose(trial.instance)
        should(trial.names()).have.length(2)
        should(await standing()).eql(['same', 0])
    })

    it('carries no secret', async () => {
        trial.red.deploy([tab, node], { n: { password: 'p4ss' } })
        await push({ variables: { rule: 'mine', names: ['FFS_STATUS_LINE'] } })
        should(JSON.stringify([await status('snapshots'), trial.red.log])).not.match(new RegExp(`p4ss|seven|${trial.fake.tokens.alice}`))
    })
})
