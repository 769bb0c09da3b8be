/** Calls from the page to an object in a worker: a name and arguments go there, a value or the text of an error comes back. */

/** An object as it is used from outside: everything is answered later. */
export type Later<Methods> = {
    [Name in keyof Methods]: Methods[Name] extends (...given: infer Given) => infer Value ? (...given: Given) => Promise<Value> : never
}

type Callable = (...given: unknown[]) => unknown

interface Question { turn: number, name: string, given: unknown[] }
interface Answer { turn: number, value?: unknown, error?: string }

export interface Port {
    onmessage: ((event: MessageEvent) => void) | null
    /** Of a worker: it could not be started, or threw outside of a call. */
    onerror?: ((event: ErrorEvent) => void) | null
    onmessageerror: ((event: MessageEvent) => void) | null
    postMessage (message: unknown): void
}

/** The worker has failed as a whole: it answers no call any more. */
export class WorkerEnded extends Error {}

/** The worker's side. */
export function answerIn (port: Port, methods: object): void {
    port.onmessage = event => {
        const { turn, name, given } = event.data as Question
        try {
            port.postMessage({ turn, value: (methods as Record<string, Callable>)[name]!.apply(methods, given) } satisfies Answer)
        } catch (error) {
            port.postMessage({ turn, error: String(error) } satisfies Answer)
        }
    }
}

/** The page's side. A call throws an Error where the other side did, and each call `WorkerEnded` once the worker has failed. */
export function callsTo <Methods> (port: Port, names: ReadonlyArray<keyof Methods & string>): Later<Methods> {
    const open = new Map<number, { resolve: (value: unknown) => void, reject: (error: Error) => void }>()
    let turns = 0
    let broken: Error | null = null
    const giveUp = () => {
        broken = new WorkerEnded('The worker has ended')
        open.forEach(({ reject }) => reject(broken!))
        open.clear()
    }
    port.onerror = giveUp
    port.onmessageerror = giveUp
    port.onmessage = event => {
        const { turn, value, error } = event.data as Answer
        const waiting = open.get(turn)
        open.delete(turn)
        if (error === undefined) {
            waiting?.resolve(value)
        } else {
            waiting?.reject(new Error(error))
        }
    }
    const call = (name: string) => async (...given: unknown[]) => await new Promise((resolve, reject) => {
        if (broken !== null) {
            reject(broken)
            return
        }
        const turn = turns++
        open.set(turn, { resolve, reject })
        port.postMessage({ turn, name, given } satisfies Question)
    })
    return Object.fromEntries(names.map(name => [name, call(name)])) as Later<Methods>
}

/** The same in the page itself, where it can have no worker. */
export function callsInPage <Methods extends object> (methods: Methods, names: ReadonlyArray<keyof Methods & string>): Later<Methods> {
    // A promise's executor turns what is thrown into a rejection, as the worker does.
    const call = (name: string) => async (...given: unknown[]) => await new Promise(resolve => {
        resolve((methods as Record<string, Callable>)[name]!.apply(methods, given))
    })
    return Object.fromEntries(names.map(name => [name, call(name)])) as Later<Methods>
}
