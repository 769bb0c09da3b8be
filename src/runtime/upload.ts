import { readPalette } from '../flowfuse/instance-settings'
import type { Session } from '../flowfuse/session'
import { createSnapshot, importSnapshot, newestSnapshots, type SnapshotMeta } from '../flowfuse/snapshots'
import { CodedError } from '../shared/errors'
import type { UploadAnswer, UploadRequest } from '../shared/files'
import { because } from './because'
import { requireReadable, type FileContent } from './file-source'
import { makeOnce, recentSnapshots } from './lost-answer'
import { refuseTooLarge } from './push-size'
import { pushTimes } from './push-times'
import { uploadBody } from './upload-body'
import { destinationOf, requireOpen, type Destination, type UploadServer } from './upload-plan'

export interface UploadParts extends UploadServer {
    user: { id: string }
    times?: typeof pushTimes
}

/**
 * Puts a snapshot onto an instance or device of FlowFuse. The call that makes it is never repeated; a lost answer is found out.
 * @throws CodedError as `requireReadable`, `destinationOf` and `makeOnce`; the destination's refusal; `request-too-large` and its kin;
 * `upload-not-seen` when FlowFuse does not list what it says to have made
 */
export async function upload (server: UploadParts, content: FileContent, request: Omit<UploadRequest, 'view'>): Promise<UploadAnswer> {
    const { session, user, platform, times } = server
    const { to: target, name, description, parts } = request
    requireReadable(content, parts)
    const destination = await destinationOf(server, content, target)
    requireOpen(destination)
    const { to, way } = destination
    const before = await newestSnapshots(session, to, recentSnapshots)
    // Last of all: an import replaces the instance's list by what was read here.
    const palette = to.kind === 'instance' && way === 'import' ? await readPalette(session, to.id) : {}
    const body = await uploadBody(content, destination, platform, { name, description, parts, palette })
    refuseTooLarge(body, session, platform)
    const send = () => way === 'create' ? createSnapshot(session, to.id, body) : importSnapshot(session, body, to.kind === 'instance' ? 'instance-gone' : 'gone')
    const made = await makeOnce(session, { owner: to, name, userId: user.id, before }, body.bytes, send, times)
    return { snapshot: await seen(session, to, made), way }
}

/** The snapshot as FlowFuse lists it. */
async function seen (session: Session, to: Destination['to'], made: SnapshotMeta): Promise<UploadAnswer['snapshot']> {
    const params = { name: made.name, owner: to.name }
    const listed = await newestSnapshots(session, to, recentSnapshots).catch((error: unknown) => {
        throw because('upload-not-seen', params, error)
    })
    const found = listed.find(({ id }) => id === made.id)
    if (found === undefined) {
        throw new CodedError('upload-not-seen', params, 502)
    }
    return { id: found.id, name: found.name }
}
