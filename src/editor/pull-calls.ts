/** Calls from the page to the comparison in its worker: a name and arguments go there, a value or the text of an error comes back. */
import type { PullComparison } from './pull-comparison'

type Methods = Pick<PullComparison, 'compare' | 'plan' | 'changes' | 'details' | 'copy'>
type Name = keyof Methods

/** The comparison as it is used from outside: everything is answered later. */
export type ComparisonCalls = { [N in Name]: (...given: Parameters<Methods[N]>) => Promise<ReturnType<Methods[N]>> }

interface Question { turn: number, name: Name, given: unknown[] }
interface Answer { turn: number, value?: unknown, error?: string }

interface Port { onmessage: ((event: MessageEvent) => void) | null, postMessage (message: unknown): void }

/** The worker's side. */
export function answerIn (port: Port, comparison: PullComparison): void {
    port.onmessage = event => {
        const { turn, name, given } = event.data as Question
        try {
            port.postMessage({ turn, value: (comparison[name] as (...given: unknown[]) => unknown)(...given) } satisfies Answer)
        } catch (error) {
            port.postMessage({ turn, error: String(error) } satisfies Answer)
        }
    }
}

/** The page's side. @param lost called when the worker is not there, or ends */
export function callsTo (port: Port): ComparisonCalls {
    const open = new Map<number, { resolve: (value: never) => void, reject: (error: Error) => void }>()
    let turns = 0
    port.onmessage = event => {
        const { turn, value, error } = event.data as Answer
        const waiting = open.get(turn)
        open.delete(turn)
        if (error === undefined) {
            waiting?.resolve(value as never)
        } else {
            waiting?.reject(new Error(error))
        }
    }
    const call = (name: Name) => async (...given: unknown[]) => await new Promise<never>((resolve, reject) => {
        const turn = turns++
        open.set(turn, { resolve, reject })
        port.postMessage({ turn, name, given } satisfies Question)
    })
    return { compare: call('compare'), plan: call('plan'), changes: call('changes'), details: call('details'), copy: call('copy') }
}

/** The same in the page itself, where it can have no worker. */
export function callsInPage (comparison: PullComparison): ComparisonCalls {
    const call = <N extends Name>(name: N) => async (...given: Parameters<Methods[N]>) =>
        await Promise.resolve((comparison[name] as (...given: Parameters<Methods[N]>) => ReturnType<Methods[N]>)(...given))
    return { compare: call('compare'), plan: call('plan'), changes: call('changes'), details: call('details'), copy: call('copy') }
}
