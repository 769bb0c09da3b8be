import { CodedError } from '../../shared/errors'
import type { LocalSummary } from '../../shared/local'
import type { View } from '../../shared/views'
import { readFileBody } from '../file-body'
import { parseLocalRequest } from '../local-request'
import { fields } from '../push-request'
import type { Services } from '../services'
import { viewAnswer } from '../view-answer'
import { openFileView, openSealedFile } from '../view-file'
import type { HeldView } from '../view-held'
import { contentOfView } from '../view-keep'
import { fileNameOf, parseFileSecret, parseViewSource } from '../view-request'
import { openSource } from '../view-source'
import { localSummary } from './local'
import type { Call, Router } from './router'

/** views: looking at what runs, local snapshots, snapshots of FlowFuse and files, each opened and held for its user. */
export function addViewRoutes (router: Router, services: Services): void {
    const { nodeRed, local, views } = services
    const { key } = views
    const answer = (held: HeldView, { user, mayAct }: Call): Promise<View> => viewAnswer(held, { user, mayAct, key })

    router.add('post', 'views', 'view', async (call): Promise<View> => {
        const source = parseViewSource(fields(call.body).source)
        return await answer(await views.prepare(call.user, signal => openSource(services, call.user, source, signal)), call)
    })

    router.addFile('views/file', 'act', async (call, request): Promise<View> => {
        const fileName = fileNameOf(request.headers['x-file-name'])
        return await answer(await views.prepare(call.user, async signal => {
            const bytes = await readFileBody(request, signal)
            return await openFileView({ bytes, fileName }, local.dataKey, key, signal)
        }), call)
    })

    router.add('post', 'views/:id/secret', 'act', async (call): Promise<View> => {
        const { user, params: { id = '' } } = call
        const secret = parseFileSecret(call.body)
        const held = await views.prepareChange(user, id, async signal => {
            const { sealed, from } = views.get(user, id)
            if (sealed === null || from.kind !== 'file') {
                throw new CodedError('file-secret-unneeded', {}, 409)
            }
            return await openSealedFile(sealed, from.name, secret, key, signal)
        })
        return await answer(held, call)
    })

    router.addPieces('views/:id/flows', 'view', async ({ user, params }) => views.get(user, params.id ?? '').opened.flowsJson)

    router.add('post', 'views/:id/local', 'act', async ({ user, params, body }): Promise<LocalSummary> => {
        const about = parseLocalRequest(body)
        const content = await contentOfView(local, views.get(user, params.id ?? ''), about)
        return localSummary(await local.snapshots.create(content), (await nodeRed.liveFlows())?.rev ?? null)
    }, 201)

    router.add('delete', 'views/:id', 'view', async ({ user, params }) => {
        views.drop(user, params.id ?? '')
        return {}
    })
}
