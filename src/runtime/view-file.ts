import type { ViewNote } from '../shared/views'
import { openFileOnThread } from './pull-thread'
import type { DataKey } from './store/data-key'
import { ownFileSecret } from './store/own-file'
import { viewOf, type Opened } from './views'

/** A file as a user chose it. */
export interface ChosenFile { bytes: Uint8Array, fileName: string }

/**
 * A file before its secret was given: what is sealed stays so, except in one of the local store, whose secret is here.
 * @param key of the fingerprints
 * @throws CodedError as `parseFile`, `pull-too-large`, `store-read-failed`
 */
export async function openFileView (file: ChosenFile, dataKey: Pick<DataKey, 'keys'>, key: Uint8Array, signal?: AbortSignal): Promise<Opened> {
    const own = await ownFileSecret(file.bytes, dataKey)
    const view = await opened(file, own?.secret ?? null, key, signal)
    // Nobody could type the secret of one from another computer's store.
    return own !== null && view.sealed !== null ? { ...view, credentials: 'locked', sealed: null } : view
}

/** The same file with its secret. @throws CodedError as `parseFile`, `pull-too-large` */
export async function openSealedFile (file: ChosenFile, secret: string, key: Uint8Array): Promise<Opened> {
    return await opened(file, secret, key)
}

async function opened ({ bytes, fileName }: ChosenFile, secret: string | null, key: Uint8Array, signal?: AbortSignal): Promise<Opened> {
    const { state, flowsOnly, notes, ...rest } = await openFileOnThread({ bytes, fileName, secret, fingerprintKey: key }, signal)
    const view = viewOf(rest, {
        from: { kind: 'file', name: fileName }, bytes: bytes.length, credentials: state, sealed: state === 'sealed' ? bytes : null, flowsOnly
    })
    const only: ViewNote[] = flowsOnly ? [{ code: 'flows-only', params: {} }] : []
    return { ...view, notes: [...only, ...notes, ...view.notes] }
}
