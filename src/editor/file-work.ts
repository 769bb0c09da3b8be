import type { FileParts, FileSource, UploadAnswer, UploadPlan, UploadTarget } from '../shared/files'
import type { View } from '../shared/views'
import type { Api } from './api'
import { type Failure, toFailure } from './failure'
import { type DownloadDraft, isSealing, snapshotFileRequest } from './file-draft'
import type { FilesApi, MadeFile } from './files-api'
import { Observable } from './observable'
import type { Fetched } from './fetched'
import { evenIfGone, type Reopen } from './view-gone'

/** A file that was saved; `secret`: what it is sealed under, null where nothing in it is. */
export interface SavedFile { name: string, secret: string | null, generated: boolean }

interface Saving { save: (name: string, text: string) => void, newSecret: () => string }

/** Saving a snapshot, or a part of it, as a file of this computer. */
export class DownloadWork extends Observable {
    busy = false
    failure: Failure | null = null
    saved: SavedFile | null = null
    /** Its secret was copied, or somebody said that it does not matter. */
    isSecretKept = false
    /** Somebody wants to leave whose file has a secret that nobody has yet. */
    isLeaving = false
    private ended = false

    constructor (
        private readonly api: Pick<FilesApi, 'snapshotFile' | 'packageFile' | 'environmentFile'>,
        private readonly source: FileSource, private readonly saving: Saving
    ) {
        super()
    }

    async start (draft: DownloadDraft): Promise<void> {
        if (this.busy) {
            return
        }
        Object.assign(this, { busy: true, failure: null })
        this.changed()
        const generated = this.saving.newSecret()
        try {
            const file = await this.make(draft, generated)
            // Nobody waits for it any more.
            if (!this.ended) {
                this.saving.save(file.name, file.text)
                this.saved = { name: file.name, ...secretOf(draft, generated) }
            }
        } catch (error) {
            this.failure = toFailure(error)
        }
        this.busy = false
        this.changed()
    }

    keepSecret (): void {
        Object.assign(this, { isSecretKept: true, isLeaving: false })
        this.changed()
    }

    /** Asked before the dialog closes. @returns false where the secret that was made would be lost with it: then that is said first */
    mayLeave (): boolean {
        const isLost = this.saved !== null && this.saved.generated && this.saved.secret !== null && !this.isSecretKept
        if (isLost) {
            this.isLeaving = true
            this.changed()
        }
        return !isLost
    }

    /** What is still on its way is not saved, and the secret is shown no more. */
    end (): void {
        this.ended = true
        this.saved = null
    }

    private async make (draft: DownloadDraft, generated: string): Promise<MadeFile> {
        const { api, source } = this
        switch (draft.what) {
        case 'snapshot': return await api.snapshotFile(snapshotFileRequest(source, draft, generated))
        case 'package': return await api.packageFile({ source })
        case 'environment': return await api.environmentFile({ source, values: draft.values })
        }
    }
}

function secretOf ({ what, parts, secretBy, typed }: DownloadDraft, generated: string): Pick<SavedFile, 'secret' | 'generated'> {
    const sealed = what === 'snapshot' && isSealing(parts)
    return { secret: sealed ? secretBy === 'typed' ? typed : generated : null, generated: secretBy === 'generated' }
}

/** What an upload is given besides what is uploaded and where to. */
export interface UploadNames { name: string, description: string }

/** Uploading what is held as a view to an instance or device: the plan for a target, the secret of a file, the upload itself. */
export class UploadWork extends Observable {
    target: UploadTarget | null = null
    plan: Fetched<UploadPlan> = { value: null, loading: false, failure: null }
    busy = false
    failure: Failure | null = null
    answer: UploadAnswer | null = null
    /** While a secret is checked, and why it was not taken. */
    checking = false
    secretFailure: Failure | null = null
    view: View
    private reopen: Reopen
    private secrets: string[] = []

    /** @param onEnd told when an upload went through or failed */
    constructor (
        private readonly api: Pick<FilesApi, 'planUpload' | 'upload'> & Pick<Api, 'giveSecret'>,
        { view, reopen }: { view: View, reopen: Reopen }, private readonly onEnd: (work: UploadWork) => void
    ) {
        super()
        this.view = view
        this.reopen = reopen
    }

    /** Turns to a target and asks what an upload there would do. Of two targets the answer for the later one counts. */
    async choose (target: UploadTarget | null): Promise<void> {
        this.target = target
        this.failure = null
        this.plan = { value: null, loading: target !== null, failure: null }
        this.changed()
        if (target === null) {
            return
        }
        const answer = await this.withView(async view => await this.api.planUpload({ view, to: target })).then(
            value => ({ value, loading: false, failure: null }),
            (error: unknown) => ({ value: null, loading: false, failure: toFailure(error) })
        )
        if (this.target === target) {
            this.plan = answer
            this.changed()
        }
    }

    /** Has the secret of the file checked. @returns whether it opens the file */
    async giveSecret (secret: string): Promise<boolean> {
        if (this.checking) {
            return false
        }
        Object.assign(this, { checking: true, secretFailure: null })
        this.changed()
        try {
            this.view = await this.withView(async view => await this.api.giveSecret(view, secret))
            this.secrets.push(secret)
        } catch (error) {
            this.secretFailure = toFailure(error)
        }
        this.checking = false
        this.changed()
        if (this.secretFailure !== null) {
            return false
        }
        // What is left out may be another with what is open now.
        void this.choose(this.target)
        return true
    }

    async upload ({ name, description }: UploadNames, parts: FileParts): Promise<void> {
        if (this.busy || this.target === null) {
            return
        }
        Object.assign(this, { busy: true, failure: null })
        this.changed()
        try {
            const to = this.target
            this.answer = await this.withView(async view => await this.api.upload({ view, to, name, description, parts }))
        } catch (error) {
            this.failure = toFailure(error)
        }
        this.busy = false
        this.changed()
        this.onEnd(this)
    }

    /** The browser may keep what is closed for a while: the secrets are not to be among it. */
    end (): void {
        this.secrets = []
        this.reopen = async () => { throw new Error('closed') }
    }

    /** What is not held any more was not sent either: it is opened anew, and asked for once more. */
    private async withView <Value> (action: (id: string) => Promise<Value>): Promise<Value> {
        return await evenIfGone(this.view.id, action, async () => {
            this.view = await this.reopen(this.secrets)
            return this.view.id
        })
    }
}
