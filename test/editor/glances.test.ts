import 'should'
import type { Api } from '../../src/editor/api'
import { Glances } from '../../src/editor/glances'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { PanelModel } from '../../src/editor/panel-model'
import type { OpenEditor } from '../../src/editor/restore-work'
import type { PanelState, TargetAnswer } from '../../src/shared/requests'
import type { Look, Status } from '../../src/shared/status'
import { settled } from './answers'

const target: TargetAnswer = {
    team: { id: 't', name: 't', role: 50 }, application: { id: 'a', name: 'a' }, instance: { id: 'i', name: 'i', url: '', state: 'running' }, pushRefused: null,
    restoreRefused: null, abilities: []
}
const state: PanelState = {
    version: '', defaultServer: '', openEditor: true, connection: { server: 'https://ff', user: { username: 'alice', name: '' }, platformVersion: null, signIn: 'token' },
    connectionProblem: null, target, link: null, preset: null
}
const status: Status = {
    instance: 'i', link: null, standing: null, changes: 0, there: null, state: null,
    automatic: { on: false, by: '', mine: false, stopped: null, failure: null, retryAt: null, kept: 0 }
}
const minute = 60_000

/** A panel whose requests are counted, in a time of its own. */
class Seen {
    now = 0
    seen = true
    readonly asked: Array<{ at: number, what: string, look?: Look }> = []
    refused: RequestFailure | null = null
    readonly model: PanelModel
    private readonly glances: Glances

    constructor (first: PanelState = state) {
        const ask = <T> (what: string, answer: T) => async (look?: unknown) => {
            this.asked.push({ at: this.now, what, ...(what === 'status' && { look: look as Look }) })
            if (this.refused !== null && what !== 'state') { throw this.refused }
            return answer
        }
        const api = {
            state: ask('state', first), target: ask('target', target), snapshots: ask('snapshots', { snapshots: [], next: null, deviceTarget: null }), status: ask('status', status)
        }
        this.model = new PanelModel(api as unknown as Api, {} as OpenEditor)
        let random = 0
        this.glances = new Glances(() => void this.model.glance(), () => (random = (random + 0.37) % 1), () => this.now)
    }

    async open (): Promise<void> {
        await this.model.refresh()
        this.asked.length = 0
    }

    async pass (ms: number, busy = false): Promise<void> {
        for (const until = this.now + ms; this.now < until;) {
            this.now += 1000
            this.glances.beat(this.seen, busy)
            await settled()
        }
    }
}

describe('what the panel asks for while nobody does anything', () => {
    it('is one request each 60 s, give or take a fifth, while it is seen', async () => {
        const panel = new Seen()
        await panel.open()
        await panel.pass(30 * minute)
        panel.asked.length.should.be.within(25, 38)
        panel.asked.every(({ what }) => what === 'status').should.be.true()
        const times = [0, ...panel.asked.map(({ at }) => at)]
        const gaps = times.slice(1).map((at, index) => at - times[index]!)
        gaps.forEach(gap => gap.should.be.within(48_000, 72_000))
        new Set(gaps).size.should.be.above(3)
    })

    it('is no more while the devices are on the screen, and at the snapshots every second time', async () => {
        const panel = new Seen()
        await panel.open()
        panel.model.devices.isShown = true
        panel.model.devices.glance = async () => { panel.asked.push({ at: panel.now, what: 'devices' }) }
        await panel.pass(30 * minute)
        panel.asked.length.should.be.within(25, 38)
        const looks = panel.asked.map(({ what, look }) => look ?? what)
        looks.slice(0, 8).should.eql(['devices', 'snapshots', 'devices', 'snapshots', 'instance', 'snapshots', 'devices', 'snapshots'])
        looks.filter((_, index) => index % 2 === 1).every(look => look === 'snapshots').should.be.true()
    })

    it('is nothing in 30 minutes while it is not seen, and one request soon after that', async () => {
        const panel = new Seen()
        await panel.open()
        panel.seen = false
        await panel.pass(30 * minute)
        panel.asked.should.eql([])
        panel.seen = true
        await panel.pass(1000)
        panel.asked.should.have.length(1)
    })

    it('is nothing in 30 minutes once FlowFuse has ended the sign-in, where there is none, and without a target', async () => {
        const signedOut = new Seen()
        await signedOut.open()
        signedOut.refused = new RequestFailure(502, { code: 'signed-out', params: { server: 'https://ff' } })
        await signedOut.pass(2 * minute)
        signedOut.model.isSignedOut.should.be.true()
        for (const panel of [signedOut, new Seen({ ...state, connection: null, target: null }), new Seen({ ...state, target: null })]) {
            await (panel === signedOut ? undefined : panel.open())
            panel.asked.length = 0
            await panel.pass(30 * minute)
            panel.asked.should.eql([])
        }
    })

    it('is no more while the server is away, and everything once it is back', async () => {
        const panel = new Seen()
        await panel.open()
        panel.refused = new RequestFailure(502, { code: 'server-refused-connection', params: {} })
        await panel.pass(30 * minute)
        panel.asked.length.should.be.within(25, 38)
        panel.model.target.failure!.should.containEql({ code: 'server-refused-connection' })
        panel.model.target.value!.instance.id.should.equal('i')
        panel.refused = null
        panel.asked.length = 0
        await panel.pass(73_000)
        panel.asked.map(({ what }) => what).should.containDeep(['status', 'state', 'target', 'snapshots'])
        ;(panel.model.target.failure === null).should.be.true()
    })

    it('is more only while work of ours changes the instance', async () => {
        const panel = new Seen()
        await panel.open()
        await panel.pass(minute, true)
        panel.asked.length.should.be.within(14, 16)
    })

    it('is the same after the computer’s clock was set back', () => {
        const { now: wall } = Date
        const { now: since } = performance
        try {
            const started = performance.now()
            let passed = 0
            let looks = 0
            Object.assign(performance, { now: () => started + passed })
            const glances = new Glances(() => looks++)
            Date.now = () => wall() - 60 * minute
            for (; passed <= 10 * minute; passed += 1000) {
                glances.beat(true, false)
            }
            looks.should.be.within(8, 13)
        } finally {
            Date.now = wall
            Object.assign(performance, { now: since })
        }
    })
})
