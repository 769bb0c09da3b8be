import { isDeepStrictEqual } from 'node:util'
import { errorCodes, type ErrorAnswer } from '../../src/shared/errors'
import { errors as sentences } from './catalog'
import type { Fault } from './fault-kinds'
import type { Point } from './fault-proxy'
import type { Road } from './fault-roads'
import { FaultWorld, secrets, Told, type Facets } from './fault-world'
import type { NoWaiting } from './no-waiting'

/** What a road asks for when all goes well, what it hears then, and what it makes of what there was. */
export interface Way { road: Road, points: Point[], heard: FaultWorld['heard'], before: Facets, after: Facets }

/** @param isLasting whether all requests from that point on meet it */
export interface Trial { way: Way, at: number, fault: Fault, isLasting: boolean }

/** Codes that say in words that it is not certain what became of it. */
const open = [
    'push-outcome-unknown', 'restore-unfollowed', 'there-unfollowed', 'restore-failed', 'there-failed', 'capture-not-seen', 'edit-not-kept', 'deletion-not-seen', 'target-not-seen',
    'device-target-not-set', 'device-target-unknown', 'device-target-not-seen', 'device-snapshot-not-seen', 'device-switch-not-kept', 'addition-not-kept', 'upload-not-seen'
]

/** Goes a road with nothing in its way. */
export async function wayOf (road: Road, waiting: NoWaiting): Promise<Way> {
    const world = await FaultWorld.start(waiting)
    try {
        const go = await road.begin(world)
        const before = await world.facets()
        await world.proxy.forget()
        world.heard.clear()
        await go(0)
        const [points, heard] = [[...world.proxy.points], new Map(world.heard)]
        return { road, points, heard, before, after: await world.facets() }
    } finally {
        await world.stop()
    }
}

/** @returns in words what did not hold */
export async function tryFault (trial: Trial, waiting: NoWaiting): Promise<string[]> {
    const { way, at, fault, isLasting } = trial
    const { road, points, before, after } = way
    const world = await FaultWorld.start(waiting)
    const wrong: string[] = []
    try {
        const go = await road.begin(world)
        const point = fault.mishap === 'refused' ? points[at - 1] ?? null : points[at]!
        await world.proxy.lay({ point, mishap: fault.mishap, isLasting: isLasting || typeof fault.mishap === 'string' })
        world.heard.clear()
        const told = await outcome(() => go(0))
        const heard = new Map(world.heard)
        const struck = world.proxy.struck > 0
        await world.proxy.forget()
        const { [world.left ?? '']: _left, ...now } = await world.facets()
        wrong.push(...wrongWords(told), ...wrongAnswers(heard, way, fault), ...wrongState(told, fault, { before, after, now }))
        const again = await outcome(() => go(1))
        if (again !== 'done') {
            wrong.push(`the second try: ${again instanceof Told ? JSON.stringify(again.error) : String(again)}`)
        }
        wrong.push(...wrongWorld(world), ...(struck ? [] : ['the fault did not strike']))
        return wrong
    } finally {
        await world.stop()
    }
}

type Outcome = 'done' | Told | Error

async function outcome (go: () => Promise<void>): Promise<Outcome> {
    try {
        await go()
        return 'done'
    } catch (error) {
        return error as Error
    }
}

/** The error is one that a user can read. */
function wrongWords (told: Outcome): string[] {
    if (told === 'done') {
        return []
    }
    if (!(told instanceof Told)) {
        return [`no answer for a user: ${told.stack}`]
    }
    const errors: ErrorAnswer[] = [told.error, ...(told.error.because ? [told.error.because] : [])]
    return errors.flatMap(({ code, params }) => {
        const sentence = sentences[code]
        if (!(errorCodes as readonly string[]).includes(code) || code === 'internal' || sentence === undefined) {
            return [`${code} is no code with a sentence`]
        }
        const empty = [...sentence.matchAll(/__(\w+?)__/g)].filter(([, name]) => params[name!] === undefined).map(([place]) => place)
        return empty.length > 0 ? [`“${sentence}” lacks ${empty.join(', ')}`] : []
    })
}

/** How an answer says of itself that not all could be asked for. */
const partial = /"complete":false|"snapshotsTold":false|"credentials":\{"state":"not-told"|"devices":null|"on":null/

/** What who only reads is answered is what is answered when all goes well, or says that it is not all. What changes something is seen there. */
function wrongAnswers (heard: FaultWorld['heard'], way: Way, { means }: Fault): string[] {
    return isDeepStrictEqual(way.before, way.after) ? [...heard].flatMap(([asked, text]) => {
        const good = way.heard.get(asked) ?? text
        const isSaid = means !== 'harmless' && partial.test(text) && !partial.test(good)
        return text === good || isSaid ? [] : [`${asked} is told ${text}, and not ${good}`]
    }) : []
}

/** Each thing is old or new, and as it was told. */
function wrongState (told: Outcome, { means }: Fault, { before, after, now }: Record<'before' | 'after' | 'now', Facets>): string[] {
    const wrong: string[] = []
    const codes = told instanceof Told ? [told.error.code, told.error.because?.code] : []
    const isOpen = codes.some(code => open.includes(code ?? ''))
    for (const key of new Set([before, after, now].flatMap(Object.keys))) {
        const [old, good, is] = [before[key], after[key], now[key]]
        if (is !== old && is !== good) {
            wrong.push(`“${key}” is neither old nor new: ${is}`)
        } else if (old !== good) {
            const isDone = is === good
            const isTold = told === 'done' || (told instanceof Told && told.told.includes(key))
            if (isTold && !isDone) {
                wrong.push(`“${key}” is told to be done, and is not`)
            } else if (!isTold && isDone && !isOpen && !(told instanceof Told && told.told.includes(`perhaps ${key}`)) && !isSafety(key, codes)) {
                wrong.push(`“${key}” is done, and told not to be (${codes.join(', ')})`)
            }
        }
    }
    if (means === 'harmless' && told !== 'done') {
        wrong.push(`failed without a need: ${codes.join(', ')}`)
    }
    return wrong
}

/** A capture whose answer was lost is no safety; that there may be one all the same is not what the user waits for. */
function isSafety (key: string, codes: Array<string | undefined>): boolean {
    return /^snapshot filler: Before /.test(key) && codes.some(code => ['safety-capture-failed', 'there-capture-failed', 'push-capture-failed'].includes(code ?? ''))
}

/** What must never be, whatever was told. */
function wrongWorld ({ proxy, fake, plugin }: FaultWorld): string[] {
    const around = fake.requests.filter(({ path, headers }) => headers['x-through'] === undefined && headers.cookie === undefined && path.startsWith('/api'))
    const leaked = [fake.tokens.alice, secrets.password, secrets.variable].filter(secret => plugin.red.log.join('\n').includes(secret))
    return [
        ...proxy.strangers.map(stranger => `reached another origin: ${stranger}`),
        ...around.map(({ method, path }) => `reached the platform past the proxy: ${method} ${path}`),
        ...leaked.map(() => 'a secret is in the log'),
        ...(({} as { polluted?: boolean }).polluted ? ['a prototype was changed'] : [])
    ]
}

/** Tells of what would have ended the process. */
export class Deaths {
    readonly causes: string[] = []
    private readonly note = (error: unknown) => { this.causes.push(error instanceof Error ? error.stack ?? error.message : String(error)) }
    constructor () { process.on('uncaughtException', this.note).on('unhandledRejection', this.note) }
    end (): void { process.off('uncaughtException', this.note).off('unhandledRejection', this.note) }
}

/** @returns in words, with the fault and where it struck, what did not hold */
export async function tryAll (trials: Trial[], waiting: NoWaiting, say: (line: string) => void): Promise<string[]> {
    const failures: string[] = []
    for (const trial of trials) {
        const { way: { road, points }, at, fault, isLasting } = trial
        const where = `${road.name}, ${points[at]!.call} (${points[at]!.nth}), ${fault.name}${isLasting ? ', and so on' : ''}`
        ;(await tryFault(trial, waiting)).forEach(each => {
            failures.push(`${where}: ${each}`)
            say(`✗ ${failures.at(-1)!.slice(0, 400)}`)
        })
    }
    return failures
}
