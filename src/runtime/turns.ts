/** Work that changes the same thing is done one after the other, so that each sees what the one before has done. */
export class Turns {
    private readonly last = new Map<string, Promise<unknown>>()

    /** @param of what is changed; work on anything else does not wait. The failure of the one before is no reason not to begin. */
    async take<T> (of: string, work: () => Promise<T>): Promise<T> {
        const mine = (this.last.get(of) ?? Promise.resolve()).then(work, work)
        this.last.set(of, mine)
        try {
            return await mine
        } finally {
            if (this.last.get(of) === mine) {
                this.last.delete(of)
            }
        }
    }
}
