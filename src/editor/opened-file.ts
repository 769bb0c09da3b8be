import { limits } from '../shared/limits'
import type { View } from '../shared/views'
import type { Api } from './api'
import { coded, type Failure, toFailure } from './failure'
import { Observable } from './observable'
import { evenIfGone, type Reopen } from './view-gone'

type FileApi = Pick<Api, 'openFile' | 'giveSecret' | 'letGoOfView'>

/** A file of this computer that Node-RED has opened. It can be opened again: what is held there does not last. */
export class OpenedFile extends Observable {
    file: File | null = null
    view: View | null = null
    loading = false
    failure: Failure | null = null
    /** Why the secret that was given did not do. */
    secretFailure: Failure | null = null
    /** Its credentials and its hidden variables may be sealed under two. */
    private secrets: string[] = []
    /** Nobody but this lets go of the view. */
    private isOurs = false
    private turn = 0
    private ended = false

    constructor (private readonly api: FileApi) {
        super()
    }

    /** A part of it is sealed under a secret that was not given yet. */
    get isSealed (): boolean {
        return this.view?.sealed === true
    }

    /** Whether another try may end otherwise: a file that is no snapshot stays none. */
    get isWorthATry (): boolean {
        const { failure } = this
        return failure?.kind !== 'coded' || failure.code === 'file-cut-short' || !failure.code.startsWith('file-')
    }

    async open (file: File): Promise<void> {
        this.release()
        const turn = ++this.turn
        this.secrets = []
        this.set(turn, { file, view: null, loading: true, failure: null, secretFailure: null })
        if (file.size > limits.snapshotFileBytes) {
            this.set(turn, { loading: false, failure: coded({ code: 'file-too-large', params: { mb: limits.snapshotFileBytes / 1024 / 1024 } }) })
            return
        }
        try {
            this.take(turn, await this.api.openFile(file))
            this.set(turn, { loading: false })
        } catch (error) {
            this.set(turn, { loading: false, failure: toFailure(error) })
        }
    }

    /** @returns whether it opens the file */
    async giveSecret (secret: string): Promise<boolean> {
        const turn = ++this.turn
        this.set(turn, { loading: true, secretFailure: null })
        try {
            this.take(turn, await this.use(async ({ id }) => await this.api.giveSecret(id, secret)))
            this.secrets.push(secret)
            this.set(turn, { loading: false })
            return true
        } catch (error) {
            this.set(turn, { loading: false, secretFailure: toFailure(error) })
            return false
        }
    }

    /** The view as it is held; opened again where it was given away. @throws RequestFailure */
    async current (): Promise<View> {
        return this.isOurs && this.view !== null ? this.view : await this.again()
    }

    /** Does something with the view, also where Node-RED has forgotten it meanwhile. @throws RequestFailure */
    async use <Value> (action: (view: View) => Promise<Value>): Promise<Value> {
        return await evenIfGone(await this.current(), action, async () => await this.again())
    }

    /** Opens the file once more. @throws RequestFailure */
    async again (): Promise<View> {
        this.release()
        const view = await this.reopener()([])
        this.take(this.turn, view)
        return view
    }

    /** Opens the file of now once more for somebody who lets go of the view, also after this has ended. */
    reopener (): Reopen {
        const { file } = this
        const known = [...this.secrets]
        return async given => {
            if (file === null) {
                throw new Error('no file')
            }
            let view = await this.api.openFile(file)
            for (const secret of [...known, ...given]) {
                view = await this.api.giveSecret(view.id, secret)
            }
            return view
        }
    }

    /** Gives the view, and each time after the first opens it anew: it is asked for again when it was forgotten. */
    opener (): () => Promise<View> {
        let asked = false
        return async () => {
            const isAgain = asked
            asked = true
            return await (isAgain ? this.again() : this.current())
        }
    }

    /** The view for somebody who lets go of it. @throws RequestFailure */
    async give (): Promise<View> {
        const view = await this.current()
        this.isOurs = false
        return view
    }

    /** Back to the choice of a file. */
    back (): void {
        this.release()
        this.secrets = []
        this.set(++this.turn, { file: null, view: null, loading: false, failure: null, secretFailure: null })
    }

    /** The browser may keep what is closed for a while: the secrets are not to be among it. */
    end (): void {
        this.release()
        this.secrets = []
        this.ended = true
    }

    private take (turn: number, view: View): void {
        if (this.ended || turn !== this.turn) {
            void this.api.letGoOfView(view.id).catch(() => undefined)
            return
        }
        this.isOurs = true
        this.set(turn, { view })
    }

    private release (): void {
        if (this.isOurs && this.view !== null) {
            // It is forgotten by itself where this does not arrive.
            void this.api.letGoOfView(this.view.id).catch(() => undefined)
        }
        this.isOurs = false
    }

    private set (turn: number, change: Partial<OpenedFile>): void {
        if (turn === this.turn && !this.ended) {
            Object.assign(this, change)
            this.changed()
        }
    }
}
