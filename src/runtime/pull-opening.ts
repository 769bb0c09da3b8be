import type { ViewCredentials, ViewNote } from '../shared/views'
import { parseExport, type Exported } from '../snapshot/exported'
import { parseFile } from '../snapshot/file'
import type { RuntimeSettings } from '../snapshot/model'
import { settingAt, settingKeys, settingText, type SettingKey } from '../snapshot/settings'
import { OpenedNodes, type NodesInPieces } from './opened-nodes'

/** What opening takes. `fingerprintKey`: see `fingerprint`. */
export interface OpeningRequest { bytes: Uint8Array, secret: string, fingerprintKey: Uint8Array }

/** `secret` and `opening`: see `parseFile`. */
export interface FileOpeningRequest { bytes: Uint8Array, fileName: string, secret: string | null, opening: string | null, fingerprintKey: Uint8Array }

/**
 * A snapshot, opened. What is large is in pieces of JSON (see json-pieces), which pass from thread to thread as they are.
 * Holds secrets in clear: kept in memory alone, never logged or shown.
 */
export interface OpenedExport extends NodesInPieces {
    about: Pick<Exported, 'id' | 'name' | 'description' | 'createdAt' | 'updatedAt' | 'username'>
    env: Exported['env']
    unfitVariables: string[]
    modules: Exported['modules']
    /** `settings.modules` as the snapshot has it, {} where it has none; `modules` may come from its palette instead. */
    ownModules: Exported['ownModules']
    /** Runtime settings that are no secrets, as text. */
    settings: Partial<Record<SettingKey, string | boolean>>
    /** Runtime settings as the snapshot has them, perhaps with secrets in them. */
    runtimeSettings: RuntimeSettings
    /** Every member of the snapshot besides `flows` and `settings`, as it came: ownerType, user, exportedBy … */
    members: Exported['members']
}

/** A file, opened as far as its secret is known. */
export interface OpenedFile extends OpenedExport {
    state: ViewCredentials['state']
    flowsOnly: boolean
    /** A part of it is still sealed. */
    isSealed: boolean
    notes: ViewNote[]
}

/** Reads an export in one go; for large ones, `pull-worker.ts` does it on another thread. @throws CodedError as `parseExport` */
export function openExport ({ bytes, secret, fingerprintKey }: OpeningRequest): OpenedExport {
    return openedOf(parseExport(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'), secret), fingerprintKey)
}

/** As `openExport`, what a user chose from their disk. @throws CodedError as `parseFile` */
export function openFile ({ bytes, fileName, secret, opening, fingerprintKey }: FileOpeningRequest): OpenedFile {
    const { state, flowsOnly, notes, ...snapshot } = parseFile(bytes, fileName, secret, opening)
    return { ...openedOf(snapshot, fingerprintKey), state, flowsOnly, notes, isSealed: snapshot.sealed.credentials || snapshot.sealed.variables }
}

function openedOf (snapshot: Exported, key: Uint8Array): OpenedExport {
    const { flows, credentials, settings, id, name, description, createdAt, updatedAt, username, sealed: _sealed, ...rest } = snapshot
    const nodes = new OpenedNodes(key)
    flows.forEach(node => nodes.add(node, id => Object.hasOwn(credentials, id) ? credentials[id] : undefined))
    return {
        about: { id, name, description, createdAt, updatedAt, username },
        ...nodes.end(),
        ...rest,
        settings: shownSettings(settings),
        runtimeSettings: settings
    }
}

/** Runtime settings that are no secrets, as text. */
export function shownSettings (settings: RuntimeSettings): OpenedExport['settings'] {
    const shown = settingKeys.map(key => [key, settingText(settingAt(settings, key))] as const)
    return Object.fromEntries(shown.filter(([, value]) => value !== null && value !== ''))
}
