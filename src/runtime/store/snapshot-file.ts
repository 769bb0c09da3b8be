import { localKinds, type LocalKind } from '../../shared/local'
import { isObject, unfit } from '../../snapshot/parse'
import { isKeyedSealed, type KeyedSealed } from './data-key'
import type { LocalHead } from './local-content'

/*
 * The file is FlowFuse's own export shape with credentials and hidden variables under a random secret, and three members more, which a
 * download drops: `local`, `sealed` (that secret under the data key) and `stored`. Every member stands on its own line. What is before
 * `settings` is the head: it is read without the rest, and written anew before the same rest when a snapshot is renamed or pinned.
 */
export const shapeVersion = 1
export const settingsLine = '"settings":'

/** The head of a file, as it stands there. `head.locked` and `locked` credentials are not its to know: here they are never set. */
export interface FileHead {
    head: LocalHead
    /** The secret of the credentials and hidden variables, bound to the id and to every byte of the rest. */
    sealed: KeyedSealed
    rest: FileRest
    /** Where the rest begins. */
    headBytes: number
}

/** What follows the head: its length, and its SHA-256 as base64. */
export interface FileRest { bytes: number, digest: string }

/** A file that is no local snapshot, or a damaged one. */
export class UnreadableSnapshot extends Error {}

export function secretContext (id: string, rest: FileRest): string {
    return JSON.stringify(['local snapshot', id, rest.digest])
}

/** The text of a head, up to the rest. */
export function headText (head: LocalHead, sealed: KeyedSealed, rest: FileRest): string {
    const { id, name, description, createdAt, updatedAt, ...more } = head
    const { kind, pinned, renamed, sequence, revision, credentialsTag, counts, credentials, hasStored } = more
    const local = { version: shapeVersion, kind, pinned, renamed, sequence, revision, credentialsTag, counts, credentials, hasStored, rest }
    const lines = Object.entries({ id, name, description, createdAt, updatedAt, local, sealed })
        .map(([member, value]) => `${JSON.stringify(member)}:${JSON.stringify(value)},\n`)
    return `{\n${lines.join('')}`
}

/**
 * @param start the first bytes of the file. @param size of the whole file. @param id as the file's name has it
 * @throws UnreadableSnapshot
 */
export function parseHead (start: Buffer, size: number, id: string): FileHead | { newer: LocalHead } {
    const headBytes = start.indexOf(`\n${settingsLine}`) + 1
    const members = headBytes === 0 ? null : parseMembers(start.toString('utf8', 0, headBytes))
    const version = fieldsOf(members?.local).version ?? Number(/\n"local":\{"version":(\d+)/.exec(start.toString('latin1'))?.[1])
    if (typeof version === 'number' && version > shapeVersion) {
        return { newer: newerHead(members ?? {}, size, id) }
    }
    const { sealed, local } = members ?? {}
    const head = { ...members, ...fieldsOf(local), key: fieldsOf(sealed).key, bytes: size, locked: false, newer: false }
    const { rest } = fieldsOf(local)
    const isWhole = isRest(rest) && headBytes + rest.bytes === size
    if (members?.id !== id || version !== shapeVersion || !isHead(head) || !isKeyedSealed(sealed) || !isWhole) {
        throw new UnreadableSnapshot('no whole local snapshot')
    }
    return { head: picked(head), sealed, rest, headBytes }
}

function parseMembers (text: string): Record<string, unknown> | null {
    try {
        const value: unknown = JSON.parse(text.replace(/,\n$/, '}'))
        return isObject(value) && unfit(value) === null ? value : null
    } catch {
        return null
    }
}

/** Of a shape that is not known here, only what may be shown. */
function newerHead (members: Record<string, unknown>, size: number, id: string): LocalHead {
    const text = (value: unknown) => typeof value === 'string' ? value : ''
    const { kind, pinned, sequence } = fieldsOf(members.local)
    return {
        id,
        name: text(members.name),
        description: text(members.description),
        createdAt: text(members.createdAt),
        updatedAt: text(members.updatedAt),
        kind: isKind(kind) ? kind : 'named',
        pinned: pinned === true,
        renamed: false,
        sequence: isSequence(sequence) ? sequence : 0,
        revision: '',
        credentialsTag: '',
        counts: { flows: 0, nodes: 0, nodesWithCredentials: 0, variables: 0, modules: 0 },
        bytes: size,
        credentials: 'included',
        locked: false,
        key: '',
        newer: true,
        hasStored: false
    }
}

/** No store comes near it. A number above it could not be counted on from. */
const greatestSequence = 2 ** 52

function isSequence (value: unknown): value is number {
    return Number.isSafeInteger(value) && Math.abs(value as number) <= greatestSequence
}

const textFields = ['id', 'name', 'description', 'createdAt', 'updatedAt', 'revision', 'credentialsTag', 'key'] as const
const switchFields = ['pinned', 'renamed', 'hasStored', 'locked', 'newer'] as const
const countFields = ['flows', 'nodes', 'nodesWithCredentials', 'variables', 'modules'] as const

/** True for a head as this version writes it, in a file or in the index. */
export function isHead (value: Record<string, unknown>): value is LocalHead & Record<string, unknown> {
    const counts = fieldsOf(value.counts)
    return textFields.every(field => typeof value[field] === 'string') &&
        switchFields.every(field => typeof value[field] === 'boolean') &&
        countFields.every(field => typeof counts[field] === 'number') &&
        isKind(value.kind) && isSequence(value.sequence) && typeof value.bytes === 'number' &&
        (value.credentials === 'included' || value.credentials === 'missing')
}

function picked (head: LocalHead): LocalHead {
    const { id, name, description, createdAt, updatedAt, kind, pinned, renamed, sequence, revision, credentialsTag, counts, bytes } = head
    const { credentials, key, locked, newer, hasStored } = head
    return {
        id, name, description, createdAt, updatedAt, kind, pinned, renamed, sequence, revision, credentialsTag, counts, bytes,
        credentials, key, locked, newer, hasStored
    }
}

function isKind (value: unknown): value is LocalKind {
    return localKinds.some(kind => kind === value)
}

function isRest (value: unknown): value is FileRest {
    return isObject(value) && typeof value.bytes === 'number' && typeof value.digest === 'string'
}

function fieldsOf (value: unknown): Record<string, unknown> {
    return isObject(value) ? value : {}
}
