import type { ViewNote } from '../shared/views'
import type { FileOpeningRequest } from './pull-opening'
import { openFileOnThread } from './pull-thread'
import type { DataKey } from './store/data-key'
import { ownFileSecret } from './store/own-file'
import type { SealedFile } from './view-held'
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
    const view = await opened(file, { secret: own?.secret ?? null, opening: null }, key, signal)
    // Nobody could type the secret of one from another computer's store.
    return own !== null && view.sealed !== null ? { ...view, credentials: view.credentials === 'sealed' ? 'locked' : view.credentials, sealed: null } : view
}

/** The same file with its secret, or with the one of what is still sealed in it. @throws CodedError as `parseFile`, `pull-too-large` */
export async function openSealedFile (
    { bytes, opening }: SealedFile, fileName: string, secret: string, key: Uint8Array, signal?: AbortSignal
): Promise<Opened> {
    return await opened({ bytes, fileName }, { secret, opening }, key, signal)
}

type Secrets = Pick<FileOpeningRequest, 'secret' | 'opening'>

async function opened ({ bytes, fileName }: ChosenFile, { secret, opening }: Secrets, key: Uint8Array, signal?: AbortSignal): Promise<Opened> {
    const { state, flowsOnly, isSealed, notes, ...rest } = await openFileOnThread({ bytes, fileName, secret, opening, fingerprintKey: key }, signal)
    const view = viewOf(rest, {
        from: { kind: 'file', name: fileName }, bytes: bytes.length, credentials: state, sealed: isSealed ? { bytes, opening: opening ?? secret } : null, flowsOnly
    })
    const only: ViewNote[] = flowsOnly ? [{ code: 'flows-only', params: {} }] : []
    return { ...view, notes: [...only, ...notes, ...view.notes] }
}
