import { createHash, randomBytes } from 'node:crypto'
import { setImmediate as nextTick } from 'node:timers/promises'
import { CodedError } from '../../shared/errors'
import { limits } from '../../shared/limits'
import { isSealed, sealPieces, sealText as sealUnderSecret } from '../../snapshot/credentials'
import type { Environment } from '../../snapshot/model'
import { isObject } from '../../snapshot/parse'
import type { KeyedSealed } from './data-key'
import type { LocalContent, LocalHead, StoredState } from './local-content'
import { headText, secretContext, settingsLine, type FileRest } from './snapshot-file'

/** What the store itself says of a new snapshot. */
export interface NewSnapshot { id: string, sequence: number, createdAt: string }

/**
 * The file of a snapshot, in pieces. Sealed and hashed piece by piece, with a turn for the running flows after each.
 * @param seal seals a text under the data key
 * @throws CodedError `store-write-failed` for a file of more than `limits.localSnapshotBytes`
 */
export async function snapshotFile (
    content: LocalContent, { id, sequence, createdAt }: NewSnapshot, seal: (text: string, context: string) => Promise<KeyedSealed>
): Promise<{ head: LocalHead, pieces: Array<string | Buffer> }> {
    const { name, description, kind, pinned = false, revision, credentialsTag, counts } = content
    const secret = randomBytes(32).toString('base64url')
    const pieces: Array<string | Buffer> = []
    const hash = createHash('sha256')
    const rest: FileRest = { bytes: 0, digest: '' }
    for (const piece of restOf(content, secret)) {
        pieces.push(piece)
        hash.update(piece)
        rest.bytes += Buffer.byteLength(piece)
        await nextTick()
    }
    rest.digest = hash.digest('base64')
    const sealed = await seal(secret, secretContext(id, rest))
    const head: LocalHead = {
        id, name, description, createdAt, updatedAt: createdAt, kind, pinned, renamed: false, sequence, revision, credentialsTag, counts, bytes: 0,
        credentials: content.credentialsJson === null ? 'missing' : 'included', key: sealed.key, locked: false, newer: false, hasStored: content.stored !== undefined
    }
    const text = checkedHead(head, sealed, rest)
    head.bytes = Buffer.byteLength(text) + rest.bytes
    if (head.bytes > limits.localSnapshotBytes) {
        throw new CodedError('store-write-failed', { file: `${id}.json`, reason: 'EFBIG' }, 500)
    }
    return { head, pieces: [text, ...pieces] }
}

/** The text of a head that can be read again. @throws CodedError `description-too-long` */
export function checkedHead (head: LocalHead, sealed: KeyedSealed, rest: FileRest): string {
    const text = headText(head, sealed, rest)
    // One byte less: the line after it is looked for as well.
    if (Buffer.byteLength(text) + settingsLine.length > limits.localHeadBytes) {
        throw new CodedError('description-too-long', { length: head.description.length, max: limits.descriptionLength })
    }
    return text
}

function * restOf (content: LocalContent, secret: string): Generator<string | Buffer> {
    const { env, modules, settings = {}, stored, flowsJson, credentialsJson } = content
    yield `${settingsLine}${JSON.stringify({ settings, env: sealedEnvironment(env, secret), modules })},\n`
    if (stored !== undefined) {
        yield `"stored":${JSON.stringify(sealedState(stored, secret))},\n`
    }
    yield '"flows":{"flows":\n'
    for (const piece of flowsJson) {
        yield piece
        yield '\n'
    }
    yield ',"credentials":{"$":"'
    yield * sealPieces(credentialsJson ?? [Buffer.from('{}')], secret)
    yield '"}}\n}\n'
}

function sealedEnvironment (env: Environment, secret: string): Environment {
    return Object.fromEntries(Object.entries(env).map(([name, value]) =>
        [name, typeof value === 'string' || !('value' in value) ? value : { hidden: true, $: sealUnderSecret(value.value, secret) }]))
}

/** Node-RED's stored credentials as they are when they tell nothing, and sealed when Node-RED keeps them in clear. */
function sealedState ({ credentials, packageJson, packageLock }: StoredState, secret: string): object {
    const tellsNothing = credentials === null || credentials === undefined ||
        (isObject(credentials) && Object.keys(credentials).length === (isSealed(credentials) ? 1 : 0))
    return tellsNothing
        ? { credentials: credentials ?? null, packageJson, packageLock }
        : { sealedCredentials: sealUnderSecret(JSON.stringify(credentials), secret), packageJson, packageLock }
}
