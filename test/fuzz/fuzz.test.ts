import should from 'should'
import { fuzzAnswers } from './answers'
import { FuzzWorld } from './fuzz-world'
import { fuzzParsers } from './parsers'
import { fuzzRoutes } from './routes'

/** The same cases every time; `npm run test:hold` tries many more, and others. */
const seed = 2026

describe(`What nobody thought of (seed ${seed}) ends nothing and is refused in words`, () => {
    it('where it is parsed', () => {
        const { cases, failures } = fuzzParsers(8, seed)
        should(failures).eql([])
        should(cases).be.above(400)
    })

    it('where it is sent to a route', async () => {
        const { cases, failures } = await fuzzRoutes(3, seed)
        should(failures).eql([])
        should(cases).be.above(200)
    })

    it('where the platform answers it', async () => {
        const { cases, failures } = await fuzzAnswers(2, seed)
        should(failures).eql([])
        should(cases).be.above(70)
    })

    it('and what it is made of goes through as it is, so that a change to it comes far', async () => {
        const fuzz = await FuzzWorld.start()
        try {
            const refused: string[] = []
            for (const route of fuzz.world.routes()) {
                await fuzz.refresh()
                const { path, body, headers } = await fuzz.goodCall(route)
                const answer = await fuzz.world.call(route.method, path, body, headers)
                if (answer.status >= 400) { refused.push(`${route.method} ${route.path.replace('/flowfuse-snapshots/', '')}: ${answer.code}`) }
                await fuzz.check(route, answer)
            }
            should(refused).eql([
                // What these want has to have gone wrong before, or to have been done in another window.
                'POST sign-in/:id/accept: sign-in-unknown', 'GET flowfuse-nr-tools/auth/callback: undefined', 'DELETE jobs/:job: job-past-cancelling',
                'DELETE jobs/:job/additions: nothing-to-take-out', 'POST local/former-secret: former-secret-wrong'
            ])
        } finally {
            await fuzz.stop()
        }
    })
})
