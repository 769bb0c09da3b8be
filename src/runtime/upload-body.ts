import { randomBytes } from 'node:crypto'
import type { SerialisedBody } from '../flowfuse/http'
import { isAtLeast, keepsHiddenSince } from '../flowfuse/platform'
import { sealText } from '../snapshot/credentials'
import { validName, withheld } from '../snapshot/environment'
import { carriedVariables } from '../snapshot/file-shape'
import type { Environment, Modules } from '../snapshot/model'
import { validModuleName, validModuleVersion } from '../snapshot/modules'
import { isObject, type JsonObject } from '../snapshot/parse'
import type { FileParts } from '../shared/files'
import { carriedSettings, type FileContent } from './file-source'
import { importBody, mergedPalette, sealCaptured } from './import-body'
import { pushBody } from './push-body'
import type { Destination } from './upload-plan'

/** What is known of the server. */
export interface Version { version: string | null }

export interface UploadContent {
    name: string
    description: string
    parts: FileParts
    /** What the instance installs now; {} for a device. */
    palette: Modules
}

/** The first version that takes a hidden variable sealed, as its exports have it. */
const sealsHiddenSince = '2.19.1'

const noFlows = [Buffer.from('[]')]
const noCredentials = [Buffer.from('{}')]

/**
 * What is sent to make the snapshot: the body of an import, its secrets under a secret of its own, or of a create.
 * @throws CodedError `file-variables-unread`
 */
export async function uploadBody (
    content: FileContent, { to, way }: Pick<Destination, 'to' | 'way'>, platform: Version, { name, description, parts, palette }: UploadContent
): Promise<SerialisedBody> {
    const { opened } = content
    const flowsJson = parts.flows ? opened.flowsJson : noFlows
    const credentialsJson = parts.flows && parts.credentials ? opened.credentialsJson : noCredentials
    const modules = textsOf(opened.ownModules)
    const sendable = Object.fromEntries(Object.entries(opened.env).filter(([name]) => mayBeSent(name)))
    const variables = (hide: (value: string) => unknown) => carriedVariables(sendable, parts.variables, hide)
    if (way === 'create') {
        const env = variables(value => isAtLeast(platform, keepsHiddenSince) ? { hidden: true, value } : value)
        // Without any, the platform copies those that the instance has: nothing is lost by a restore.
        const isKept = parts.variables === 'none' || content.flowsOnly
        return pushBody({ flowsJson, credentialsJson }, { name, description, modules, env: isKept ? null : env as Environment })
    }
    const secret = randomBytes(16).toString('hex')
    const env = variables(value => importedHidden(value, secret, platform))
    return importBody({ flowsJson }, {
        owner: { kind: to.kind, id: to.id }, name, description, modules, palette: paletteOf(content, modules, palette),
        settings: carriedSettings(content), env, secret, sealedCredentials: await sealCaptured({ credentialsJson }, secret)
    })
}

/** Variables that FlowFuse drops, or that a restore would fail on, or that nobody may set. */
export function leftOutVariables ({ opened: { env, unfitVariables } }: Pick<FileContent, 'opened'>): string[] {
    return [...Object.keys(env).filter(name => !mayBeSent(name)), ...unfitVariables]
}

function mayBeSent (name: string): boolean {
    return !withheld(name) && validName(name)
}

function importedHidden (value: string, secret: string, platform: Version): unknown {
    return !isAtLeast(platform, keepsHiddenSince) ? value
        : isAtLeast(platform, sealsHiddenSince) ? { hidden: true, $: sealText(value, secret) } : { hidden: true, value }
}

/**
 * What an instance installs after a restore: the snapshot's own list, or where it has none, the instance's with the modules of the snapshot,
 * because without a list the restore would empty it.
 */
function paletteOf (content: FileContent, modules: Modules, palette: Modules): Modules {
    const settings = carriedSettings(content)
    const own = isObject(settings.palette) ? settings.palette.modules : undefined
    if (isObject(own)) {
        return mergedPalette(textsOf(own), {})
    }
    const added = Object.fromEntries(Object.entries(modules).filter(([name, version]) => validModuleName(name) && validModuleVersion(version)))
    return mergedPalette(palette, added)
}

function textsOf (modules: JsonObject): Modules {
    return Object.fromEntries(Object.entries(modules).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}
