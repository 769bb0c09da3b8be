import { signInChannel, type SignInState } from '../shared/requests'
import type { Api } from './api'
import { coded, type Failure, toFailure } from './failure'
import { Observable } from './observable'

export type SignInPhase =
    | { name: 'idle', failure: Failure | null, blocked: boolean }
    | { name: 'starting' }
    /** `closed`: no window of ours is there any more. The user may still be at it: some servers cut the window off from us. */
    | { name: 'waiting', server: string, closed: boolean }
    | { name: 'ready', server: string, user: { username: string, name: string }, busy: boolean, failure: Failure | null }

/** The browser, as far as a sign-in needs it. */
export interface SignInBrowser {
    /** Address of the editor, without query. */
    editorUrl (): string
    /** Opens an empty window; null when the browser does not let us. Only a click of the user's is let through, so before anything is waited for. */
    open (): SignInWindow | null
    /** @returns a function that ends it */
    onMessage (listener: () => void): () => void
}

export interface SignInWindow { readonly closed: boolean, go (url: string): void, close (): void }

const pollMs = 1000

/** One sign-in with FlowFuse: its window, and what has become of it. */
export class SignInWork extends Observable {
    phase: SignInPhase = { name: 'idle', failure: null, blocked: false }
    private id: string | null = null
    private window: SignInWindow | null = null
    private timer: ReturnType<typeof setTimeout> | undefined
    private stopListening = () => {}
    /** Counts what makes answers on their way obsolete. */
    private epoch = 0

    constructor (
        private readonly api: Pick<Api, 'startSignIn' | 'signInState' | 'cancelSignIn'>,
        private readonly accept: (id: string) => Promise<void>,
        private readonly browser: SignInBrowser = realBrowser
    ) {
        super()
    }

    /** To be called in the handler of the click itself. */
    async start (server: string): Promise<void> {
        this.cancel()
        const { epoch } = this
        this.window = this.browser.open()
        if (this.window === null) {
            this.set({ name: 'idle', failure: null, blocked: true })
            return
        }
        this.set({ name: 'starting' })
        try {
            const editorUrl = this.browser.editorUrl()
            const started = await this.api.startSignIn({ server, editorUrl })
            if (epoch !== this.epoch) {
                await this.api.cancelSignIn(started.id)
                return
            }
            this.id = started.id
            this.window.go(new URL(started.page, editorUrl).href)
            this.set({ name: 'waiting', server: started.server, closed: false })
            this.stopListening = this.browser.onMessage(() => void this.look(epoch))
            this.lookLater(epoch)
        } catch (error) {
            if (epoch === this.epoch) {
                this.fail(toFailure(error))
            }
        }
    }

    /** What the user has seen is used from now on. @returns true when that worked */
    async use (): Promise<boolean> {
        const { phase, id } = this
        if (phase.name !== 'ready' || phase.busy || id === null) {
            return false
        }
        this.set({ ...phase, busy: true, failure: null })
        try {
            await this.accept(id)
            this.id = null
            return true
        } catch (error) {
            this.set({ ...phase, busy: false, failure: toFailure(error) })
            return false
        }
    }

    /** Forgets the sign-in, here and in Node-RED. */
    cancel (): void {
        const { id } = this
        this.end()
        this.window?.close()
        this.window = null
        if (id !== null) {
            // Node-RED forgets it by itself in a few minutes.
            this.api.cancelSignIn(id).catch(() => undefined)
        }
        this.set({ name: 'idle', failure: null, blocked: false })
    }

    private async look (epoch: number): Promise<void> {
        const { id } = this
        if (epoch !== this.epoch || id === null || this.phase.name !== 'waiting') {
            return
        }
        let state: SignInState
        try {
            state = await this.api.signInState(id)
        } catch (error) {
            const failure = toFailure(error)
            if (epoch === this.epoch && failure.kind !== 'offline') {
                this.fail(failure)
            } else {
                this.lookLater(epoch)
            }
            return
        }
        if (epoch !== this.epoch || this.phase.name !== 'waiting') {
            return
        }
        switch (state.phase) {
        case 'waiting':
            this.set({ ...this.phase, closed: this.window?.closed !== false })
            this.lookLater(epoch)
            break
        case 'ready':
            this.window?.close()
            this.set({ name: 'ready', server: state.server, user: state.user, busy: false, failure: null })
            break
        case 'failed':
            this.fail(coded(state.error))
        }
    }

    private lookLater (epoch: number): void {
        clearTimeout(this.timer)
        this.timer = setTimeout(() => void this.look(epoch), pollMs)
    }

    private fail (failure: Failure): void {
        this.end()
        this.window?.close()
        this.set({ name: 'idle', failure, blocked: false })
    }

    private end (): void {
        this.epoch++
        this.id = null
        clearTimeout(this.timer)
        this.stopListening()
        this.stopListening = () => {}
    }

    private set (phase: SignInPhase): void {
        this.phase = phase
        this.changed()
    }
}

const realBrowser: SignInBrowser = {
    editorUrl: () => location.origin + location.pathname,
    open: () => {
        const opened = window.open('about:blank', '_blank', 'popup,width=560,height=720')
        if (opened === null) {
            return null
        }
        // The server's pages must not be able to lead the editor elsewhere. The price: while they are shown, we can't close the window.
        opened.opener = null
        return {
            get closed () { return opened.closed },
            go: url => { opened.location.replace(url) },
            close: () => opened.close()
        }
    },
    onMessage: listener => {
        const channel = new BroadcastChannel(signInChannel)
        channel.onmessage = listener
        return () => channel.close()
    }
}
