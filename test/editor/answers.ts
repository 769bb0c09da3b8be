/** Calls that a test answers when and in the order it likes. */
export class Answers<T> {
    readonly asked: string[] = []
    private readonly open: Array<{ resolve: (value: T) => void, reject: (error: unknown) => void }> = []

    async ask (question: string): Promise<T> {
        this.asked.push(question)
        return await new Promise<T>((resolve, reject) => this.open.push({ resolve, reject }))
    }

    /** Answers the question with that number, counted from the first. */
    async answer (index: number, value: T): Promise<void> {
        this.open[index]!.resolve(value)
        await settled()
    }

    async refuse (index: number, error: unknown): Promise<void> {
        this.open[index]!.reject(error)
        await settled()
    }
}

/** After everything that was only waiting for promises. */
export async function settled (): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
}
