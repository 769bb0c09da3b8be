import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import { faults } from './fault-kinds'
import { roads } from './fault-roads'
import { Deaths, tryAll, wayOf, type Trial, type Way } from './fault-trial'
import { NoWaiting } from './no-waiting'

/** Every request that changes something and every other kind of request once, each with the next of the faults, and every fault at least once. */
export function shortForm (ways: Way[]): Trial[] {
    const trials: Trial[] = []
    const seen = new Set<string>()
    const next = () => faults[trials.length % faults.length]!
    for (const way of ways) {
        way.points.forEach(({ call }, at) => {
            if (!call.startsWith('GET ') || !seen.has(call)) {
                seen.add(call)
                trials.push({ way, at, fault: next(), isLasting: trials.length % 5 === 4 })
            }
        })
    }
    const [way] = ways.filter(({ points }) => points.length > 10)
    while (trials.length < faults.length) {
        trials.push({ way: way!, at: trials.length % way!.points.length, fault: next(), isLasting: false })
    }
    return trials
}

/** Method and path of every call of the platform that the sources make. */
function callsInSources (): string[] {
    const folder = join(__dirname, '../../src/flowfuse')
    const calls = readdirSync(folder).flatMap(file => {
        const parts = readFileSync(join(folder, file), 'utf8').split(/\n(?=(?:export )?(?:async )?function )/)
        const methodsIn = (part: string) => [...part.matchAll(/method: '([A-Z]+)'/g)].map(([, method]) => method!)
        return parts.flatMap(part => {
            const [, name] = /function (\w+)/.exec(part) ?? []
            const own = methodsIn(part)
            // One that only names a path: as those do that take it from there, or as a list is read.
            const others = own.length > 0 ? [] : parts.filter(other => other !== part && other.includes(`${name}(`)).flatMap(methodsIn)
            const methods = own.length > 0 ? own : others.length > 0 ? others : ['GET']
            const paths = [...part.matchAll(/['`](\/(?:api|account)\/[^'`?]+)/g)].map(([, path]) => path!.replace(/\$\{[^}]+\}/g, ':id'))
            return paths.flatMap(path => methods.map(method => `${method} ${path}`))
        })
    })
    // Where only browsers go.
    return [...new Set(calls)].filter(call => !call.endsWith(' /account/authorize'))
}

describe('a fault between the plugin and FlowFuse', function () {
    this.timeout(60_000)
    let waiting: NoWaiting
    let deaths: Deaths
    const ways: Way[] = []

    before(async () => {
        waiting = await NoWaiting.start()
        deaths = new Deaths()
        for (const road of roads) {
            ways.push(await wayOf(road, waiting))
        }
    })

    after(() => {
        deaths.end()
        waiting.end()
    })

    it('is tried at every call that there is', () => {
        const asked = new Set(ways.flatMap(({ points }) => points.map(({ call }) => call)))
        const calls = callsInSources()
        should(calls.length).be.above(30)
        should(calls.filter(call => !asked.has(call))).eql([])
    })

    it('leaves all as it was or as it should be, says in words what is so, and a second try works', async () => {
        const trials = shortForm(ways)
        should(new Set(trials.map(({ fault }) => fault)).size).equal(faults.length)
        const wrong = await tryAll(trials, waiting, () => undefined)
        should(wrong).eql([])
        should(deaths.causes).eql([])
    })
})
