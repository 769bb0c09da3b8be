import { randomBytes } from 'node:crypto'
import type { SerialisedBody } from '../flowfuse/http'
import { readPalette } from '../flowfuse/instance-settings'
import type { Instance } from '../flowfuse/instances'
import { createSnapshot, exportVariables, type SnapshotMeta } from '../flowfuse/snapshots'
import type { Session } from '../flowfuse/session'
import type { ErrorCode } from '../shared/errors'
import { beforePushName } from '../shared/names'
import type { PushRequest } from '../shared/requests'
import type { Modules, RuntimeSettings } from '../snapshot/model'
import type { JsonObject } from '../snapshot/parse'
import { because } from './because'
import { importBody, mergedPalette, sealCaptured } from './import-body'
import type { Progress } from './jobs'
import type { MakingSources } from './push-create'
import { refuseTooLarge } from './push-size'

export interface ImportSources extends MakingSources { settings: RuntimeSettings }

export interface Import {
    body: SerialisedBody
    /** The capture of the instance as it ran just before; none where its variables are not kept. */
    capturedBefore: SnapshotMeta[]
}

/** True for a push that must be an import: only that carries runtime settings. */
export function isImport ({ settings = [] }: Pick<PushRequest, 'settings'>): boolean {
    return settings.length > 0
}

/** True for an import that keeps the instance's variables: reads blank hidden ones, so only a capture of the instance has them. */
export function needsCapture (request: Pick<PushRequest, 'settings' | 'variables'>): boolean {
    return isImport(request) && request.variables.rule !== 'mine'
}

/**
 * Everything that an import needs, up to its body. Variables and modules that the user adds travel in the snapshot, so nothing is written to
 * the instance itself but the capture of it.
 * @throws CodedError `push-capture-failed`, `push-export-failed`, `request-too-large` and its kin
 */
export async function prepareImport (sources: ImportSources, progress: Progress): Promise<Import> {
    const { session, platform, instance, captured, request, modules, settings, added } = sources
    const secret = randomBytes(16).toString('hex')
    const sealedCredentials = await sealCaptured(captured, secret)
    const bodyWith = (palette: Modules, env: JsonObject) => importBody(captured, {
        owner: { kind: 'instance', id: instance.id }, name: request.name, description: request.description, modules, palette, settings, env, secret, sealedCredentials
    })
    // What is too large already needs no capture.
    refuseTooLarge(bodyWith(instance.palette, sources.env ?? added), session, platform)
    const kept = sources.env === null ? await keptVariables(session, instance, request.name, secret, progress) : null
    // Once more, and last of all: an import replaces the instance's list by what was read here.
    const palette = mergedPalette(await readPalette(session, instance.id), sources.modulesToAdd ?? {})
    const body = bodyWith(palette, sources.env ?? { ...added, ...kept?.env })
    refuseTooLarge(body, session, platform)
    return { body, capturedBefore: kept === null ? [] : [kept.before] }
}

/** The instance's variables, hidden ones sealed under the secret, from a capture of it as it runs. */
async function keptVariables (
    session: Session, instance: Instance, name: string, secret: string, progress: Progress
): Promise<{ before: SnapshotMeta, env: JsonObject }> {
    const captureName = beforePushName(name)
    const failWith = (code: ErrorCode) => (error: unknown) => {
        throw because(code, { name, instance: instance.name, capture: captureName }, error)
    }
    progress.begin('capture-before')
    const before = await createSnapshot(session, instance.id, { name: captureName, description: '' })
        .catch(failWith('push-capture-failed'))
    progress.result.before = { id: before.id, name: before.name }
    progress.begin('read-variables')
    const env = await exportVariables(session, instance.id, before.id, secret).catch(failWith('push-export-failed'))
    return { before, env }
}
