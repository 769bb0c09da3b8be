import type { FileSource, UploadAnswer, UploadPlan } from '../../shared/files'
import { environmentFile } from '../environment-file'
import { parseEnvironmentFileRequest, parsePackageFileRequest, parseSnapshotFileRequest, parseUploadPlanRequest, parseUploadRequest } from '../file-request'
import type { FileContent } from '../file-source'
import { packageFile } from '../package-file'
import type { Services } from '../services'
import { openSession } from '../sessions'
import { snapshotFileOut } from '../snapshot-file-out'
import { upload } from '../upload'
import { uploadPlan } from '../upload-plan'
import { openSource } from '../view-source'
import type { Router } from './router'

/** files: what is made of a snapshot for the browser to keep. uploads: what is held as a view, put onto an instance or device. */
export function addFileRoutes (router: Router, services: Services): void {
    const { nodeRed, connections, platforms, targets, views } = services
    const contentOf = async (user: string, source: FileSource): Promise<FileContent> =>
        source.kind === 'view' ? views.get(user, source.id) : await views.fetchOnly(user, signal => openSource(services, user, source, signal))

    router.addDownload('files/snapshot', 'act', async ({ user, body }) => {
        const { source, parts, secret } = parseSnapshotFileRequest(body)
        const exporter = (await connections.get(user))?.user
        return await snapshotFileOut(await contentOf(user, source), parts, secret, exporter && { ...exporter })
    })

    router.addDownload('files/package', 'act', async ({ user, body }) => packageFile(await contentOf(user, parsePackageFileRequest(body).source)))

    router.addDownload('files/environment', 'act', async ({ user, body }) => {
        const { source, values } = parseEnvironmentFileRequest(body)
        return environmentFile(nodeRed, await contentOf(user, source), values)
    })

    router.add('post', 'uploads/plan', 'act', async ({ user, body }): Promise<UploadPlan> => {
        const { view, to } = parseUploadPlanRequest(body)
        const content = views.get(user, view)
        const session = await openSession(services, user)
        return await uploadPlan({ session, platform: await platforms.get(session.origin), targets }, content, to)
    })

    router.add('post', 'uploads', 'act', async ({ user, body }): Promise<UploadAnswer> => {
        const { view, ...request } = parseUploadRequest(body)
        const content = views.get(user, view)
        const session = await openSession(services, user)
        const [connection, platform] = await Promise.all([connections.get(user), platforms.get(session.origin)])
        return await upload({ session, targets, user: { id: connection?.user.id ?? '' }, platform }, content, request)
    }, 201)
}
