import { CodedError } from '../shared/errors'
import type { FileParts } from '../shared/files'
import { carriedVariables, withPalette, type FileFrame } from '../snapshot/file-shape'
import type { RuntimeSettings } from '../snapshot/model'
import { isObject, type JsonObject } from '../snapshot/parse'
import type { HeldView } from './view-held'

/** What a file or an upload is made of: a snapshot, opened, from wherever it comes. Holds secrets in clear: never kept, logged or shown. */
export type FileContent = Omit<HeldView, 'id' | 'until' | 'sealed' | 'notes' | 'bytes' | 'user'> & Partial<Pick<HeldView, 'sealed'>>

/**
 * Refuses what is asked for and can't be read here, before anything is made or sent.
 * @throws CodedError `file-secret-needed`, `file-credentials-unread`, `file-variables-unread`
 */
export function requireReadable ({ name, credentials, sealed, opened }: Pick<FileContent, 'name' | 'credentials' | 'sealed' | 'opened'>, parts: FileParts): void {
    const wantsCredentials = parts.flows && parts.credentials
    const wantsHidden = parts.variables === 'all' && Object.values(opened.env).some(value => typeof value === 'object' && value.value === null)
    if ((credentials === 'sealed' && wantsCredentials) || (sealed && wantsHidden)) {
        throw new CodedError('file-secret-needed', { name }, 409)
    }
    if (wantsCredentials && credentials !== 'included' && credentials !== 'none') {
        throw new CodedError('file-credentials-unread', { name }, 409)
    }
    carriedVariables(opened.env, parts.variables, value => value)
}

/**
 * What stands in its file besides flows and credentials; what nobody told is made up as far as a file needs it.
 * @param env as it is carried. @param exporter who makes the file, where FlowFuse has not said it. @param now ISO 8601
 */
export function frameOf (content: FileContent, env: JsonObject, exporter: JsonObject | undefined, now: string): FileFrame {
    const { from, name, description, opened: { members, ownModules, revision } } = content
    const { user, exportedBy = exporter } = members
    const settings = carriedSettings(content)
    const createdAt = content.createdAt || content.updatedAt || now
    const isOurs = from.kind === 'running' || from.kind === 'local'
    return {
        id: idOf(content) ?? revision.slice(0, 10),
        name: name || `Node-RED ${createdAt.slice(0, 19).replace('T', ' ')}`,
        description,
        createdAt,
        updatedAt: content.updatedAt || createdAt,
        ownerType: from.kind === 'remote' ? from.owner.kind : members.ownerType === 'device' ? 'device' : 'instance',
        settings: { settings: isOurs ? withPalette(settings, ownModules) : settings, env, modules: ownModules },
        ...(isObject(user) && { user }),
        ...(isObject(exportedBy) && { exportedBy })
    }
}

/**
 * Runtime settings as a file or an upload carries them: those of the snapshot. What runs here gives none of its own, since a restore would
 * change the instance by them; a push sends them one by one, where they are ticked.
 */
export function carriedSettings ({ from, opened: { runtimeSettings } }: Pick<FileContent, 'from' | 'opened'>): RuntimeSettings {
    return from.kind === 'running' ? {} : runtimeSettings
}

/** The name that its package.json has, as FlowFuse takes it from the owner. */
export function ownerName ({ from, name }: Pick<FileContent, 'from' | 'name'>): string {
    return from.kind === 'remote' ? from.owner.name : name || 'node-red'
}

function idOf ({ from, opened: { members } }: FileContent): string | null {
    switch (from.kind) {
    case 'remote': return from.snapshot
    case 'local': return from.id
    case 'file': return typeof members.id === 'string' && /^[\w-]{1,64}$/.test(members.id) ? members.id : null
    case 'running': return null
    }
}
