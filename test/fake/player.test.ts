import 'should'
import { sealCredentials } from './cipher'
import { Comparison, type Difference } from './comparison'
import { isObject, type Json, type JsonObject } from './json'
import { Placeholders } from './placeholder'
import { startFakeFlowFuse, type FakeFlowFuse } from './platform'
import { Player } from './player'
import { Recording, type Exchange } from './recording'

const recording = new Recording('2.33.2')
const SECRET = recording.world.secrets['secret-export'] ?? ''

function recorded (id: string): Exchange {
    const exchange = recording.exchanges.find((candidate) => candidate.id === id)
    if (!exchange) throw new Error(`the recording has no exchange ${id}`)
    return exchange
}

describe('the player of a recording', () => {
    let fake: FakeFlowFuse
    let player: Player

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        player = new Player(recording, fake)
    })

    afterEach(async () => {
        player.close()
        await fake.stop()
    })

    /** Plays an exchange of which the answer is changed on its way; gives back the places that differ. */
    async function playChanged (id: string, change: (answer: { status: number, body: JsonObject }) => void): Promise<string[]> {
        const exchange = recorded(id)
        for (const step of ['create/capture', 'create/recommended']) await player.play(recorded(step))
        fake.respondWith({ method: exchange.request.method }, (_request, response, _recorded, normally) => {
            const { status, json } = normally()
            const answer = { status, body: isObject(json) ? json : {} }
            change(answer)
            response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' })
            response.end(JSON.stringify(answer.body))
        })
        return (await player.play(exchange)).map(({ path }: Difference) => path)
    }

    it('finds nothing in an answer that is as recorded', async () => {
        (await playChanged('create/recommended/stored', () => undefined)).should.eql([])
    })

    it('notices a wrong status', async () => {
        const places = await playChanged('browse/user', (answer) => (answer.status = 201))
        places.should.eql(['status'])
    })

    it('notices a missing key', async () => {
        const places = await playChanged('browse/user', ({ body }) => delete body.email)
        places.should.eql(['body.email'])
    })

    it('notices an extra key', async () => {
        const places = await playChanged('browse/user', ({ body }) => (body.phone = '1'))
        places.should.eql(['body.phone'])
    })

    it('notices another value of a placeholder that is known', async () => {
        const places = await playChanged('browse/user', ({ body }) => (body.id = 'somebody'))
        places.should.eql(['body.id'])
    })

    it('notices a wrong plain text under the right secret', async () => {
        const places = await playChanged('create/recommended/stored', ({ body }) => {
            body.flows = { ...(body.flows as JsonObject), credentials: sealCredentials({ f1a0000000000002: { user: 'plc', password: 'other' } }, SECRET) }
        })
        places.should.eql(['body.flows.credentials.$.f1a0000000000002.password'])
    })

    it('notices the right plain text under a wrong secret', async () => {
        const plain = recording.world.plaintexts['creds-1'] ?? {}
        const places = await playChanged('create/recommended/stored', ({ body }) => {
            body.flows = { ...(body.flows as JsonObject), credentials: sealCredentials(plain, 'not the secret') }
        })
        places.should.eql(['body.flows.credentials.$'])
    })

    it('notices a web page instead of JSON', async () => {
        fake.respondWith({ path: '/api/v1/user' }, { body: '<html></html>', contentType: 'text/html' })
        const places = (await player.play(recorded('browse/user'))).map(({ path }) => path)
        places.should.eql(['contentType', 'body'])
    })

    it('notices another redirect', async () => {
        fake.respondWith({ path: /^\/account\/authorize/ }, { status: 302, contentType: null, headers: { location: 'http://elsewhere/' } })
        const places = (await player.play(recorded('oauth/authorize'))).map(({ path }) => path)
        places.should.eql(['headers.location', 'binds'])
    })
})

describe('the comparison with a recorded answer', () => {
    const places = (expected: Json, got: Json, status = 200): string[] => {
        const comparison = new Comparison(recording, new Placeholders(new Map()), status)
        comparison.compare(expected, got, 'body')
        return comparison.differences.map(({ path }) => path)
    }

    it('takes lists of instances in any order, other lists in the recorded one', () => {
        places({ instances: [{ id: 'a' }, { id: 'b' }] }, { instances: [{ id: 'b' }, { id: 'a' }] }).should.eql([])
        places({ snapshots: [{ id: 'a' }, { id: 'b' }] }, { snapshots: [{ id: 'b' }, { id: 'a' }] }).should.not.eql([])
    })

    it('notices a list that is too short or too long', () => {
        places({ snapshots: [1, 2] }, { snapshots: [1] }).should.eql(['body.snapshots'])
        places({ instances: [{ id: 'a' }] }, { instances: [{ id: 'a' }, { id: 'b' }] }).should.eql(['body.instances'])
    })

    it('gives a placeholder the first value it finds and wants it again', () => {
        places(['<snapshot:x>', '<snapshot:x>'], ['one', 'one']).should.eql([])
        places(['<snapshot:x>', '<snapshot:x>'], ['one', 'two']).should.eql(['body.1'])
    })

    it('leaves the message of an uncaught error free, but of nothing else', () => {
        places({ message: 'a', error: 'b' }, { message: 'x', error: 'b' }, 500).should.eql([])
        places({ message: 'a', error: 'b' }, { message: 'a', error: 'x' }, 500).should.eql(['body.error'])
        places({ message: 'a' }, { message: 'x' }, 400).should.eql(['body.message'])
    })

    it('allows other keys only beside a star', () => {
        places({ a: 1, '*': '<omitted: the rest>' }, { a: 1, b: 2 }).should.eql([])
        places({ a: 1 }, { a: 1, b: 2 }).should.eql(['body.b'])
    })
})
