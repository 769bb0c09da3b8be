import type { ViewSource } from '../shared/views'
import type { Services } from './services'
import { openSession } from './sessions'
import { openRemote } from './view-remote'
import { openLocal, openRunning, type Opened } from './views'

/** Opens anything that can be looked at but a file. @throws CodedError as `openRunning`, `openLocal`, `openSession` and `openRemote` */
export async function openSource (services: Services, user: string, source: ViewSource, signal?: AbortSignal): Promise<Opened> {
    const { nodeRed, local, platforms, views: { key } } = services
    switch (source.kind) {
    case 'running':
        return await openRunning(nodeRed, local.kept, key)
    case 'local':
        return await openLocal(local.snapshots, source.id, key)
    case 'remote':
        return await openRemote(await openSession(services, user), platforms, source, key, signal)
    }
}
