import { useEffect, useState } from 'preact/hooks'

/** Something that tells when it has changed. */
export class Observable {
    private readonly listeners = new Set<() => void>()

    /** @returns a function that ends the subscription */
    subscribe (listener: () => void): () => void {
        this.listeners.add(listener)
        return () => { this.listeners.delete(listener) }
    }

    protected changed (): void {
        [...this.listeners].forEach(listener => listener())
    }
}

/** Draws the calling component anew whenever the observable changes. */
export function useObservable (observable: Observable): void {
    const [, setCount] = useState(0)
    useEffect(() => {
        setCount(count => count + 1)
        return observable.subscribe(() => setCount(count => count + 1))
    }, [observable])
}

/** The present time, new every half minute: for times that are shown as "2 minutes ago". */
export function useNow (): number {
    const [now, setNow] = useState(Date.now())
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), 30_000)
        return () => clearInterval(timer)
    }, [])
    return now
}
