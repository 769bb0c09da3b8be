/** How long work waits for what is before it: longer than any change whose answer comes, shorter than a user waits without a word. */
const longestWaitMs = 5000

/** Work that changes the same thing is done one after the other, so that each sees what the one before has done. */
export class Turns {
    private readonly last = new Map<string, Promise<unknown>>()

    constructor (private readonly waitMs = longestWaitMs) {}

    /**
     * @param of what is changed; work on anything else does not wait. The failure of the one before is no reason not to begin.
     * @param late what is thrown where the turn does not come in time; the work is then never done
     */
    async take<T> (of: string, work: () => Promise<T>, late: () => Error): Promise<T> {
        const turn = new Turn(this.waitMs, late)
        const begin = () => turn.begin(work)
        const mine = (this.last.get(of) ?? Promise.resolve()).then(begin, begin)
        this.last.set(of, mine)
        const forget = () => this.last.get(of) === mine && this.last.delete(of)
        mine.then(forget, forget)
        return await Promise.race([mine, turn.missed])
    }
}

/** Begun in time, or never. */
class Turn {
    readonly missed: Promise<never>
    private readonly timer: NodeJS.Timeout
    private isMissed = false

    constructor (waitMs: number, private readonly late: () => Error) {
        let miss = (_error: Error) => {}
        this.missed = new Promise<never>((_resolve, reject) => { miss = reject })
        this.timer = setTimeout(() => {
            this.isMissed = true
            miss(this.late())
        }, waitMs)
    }

    async begin<T> (work: () => Promise<T>): Promise<T> {
        clearTimeout(this.timer)
        if (this.isMissed) {
            throw this.late()
        }
        return await work()
    }
}
