import type { Session } from '../flowfuse/session'
import type { SnapshotMeta } from '../flowfuse/snapshots'
import type { Job, PushRequest, PushResult } from '../shared/requests'
import { inventoryOf, type Beside, type NodeState } from '../snapshot/changes-since'
import { variableFingerprint } from '../snapshot/canonical'
import type { Capture } from './capture'
import { nodeStates } from './node-states'
import { push, pushSteps, type PushParts, type Sent } from './push'
import type { Services } from './services'

/**
 * Begins a push to an instance as a job of the user. What was pushed is remembered as the link between here and there.
 * @throws CodedError `job-running`
 */
export async function startPush (
    services: Services, user: string, session: Session, instance: PushResult['instance'], request: PushRequest, source: PushParts['source'],
    times?: PushParts['times']
): Promise<Job> {
    const { nodeRed, connections, platforms, jobs } = services
    const [connection, platform] = await Promise.all([connections.get(user), platforms.get(session.origin)])
    const result: PushResult = { snapshot: null, before: null, restored: false, stateAfter: null, instance }
    return jobs.start(user, pushSteps(request), result, progress => push({
        nodeRed,
        session,
        user: { id: connection?.user.id ?? '' },
        platform,
        source,
        times,
        onCreated: async (snapshot, captured, deployedAt, sent) => {
            await link(services, session.origin, instance.id, { snapshot, captured, deployedAt, sent })
        },
        onRestored: deployedAt => connections.setDeployedAt(session.origin, instance.id, deployedAt)
    }, request, progress))
}

/** Remembers what was pushed to a device as the link between here and there. What can't be remembered takes nothing from the push. */
export async function rememberPush (
    services: Services, origin: string, deviceId: string, snapshot: SnapshotMeta, captured: Capture, sent: Sent
): Promise<void> {
    const failed = (error: unknown) => services.nodeRed.logFailure(error)
    await link(services, origin, deviceId, { snapshot, captured, deployedAt: null, sent }).catch(failed)
}

interface Pushed { snapshot: SnapshotMeta, captured: Capture, deployedAt: string | null, sent: Sent }

async function link (services: Services, origin: string, owner: string, { snapshot, captured, deployedAt, sent }: Pushed): Promise<void> {
    const { connections, inventories, nodeRed } = services
    await connections.setLink(origin, owner, {
        snapshotId: snapshot.id, name: snapshot.name, pushedAt: snapshot.createdAt, deployedAt, revision: captured.revision
    })
    // Only what is asked for later needs it: no reason to wait for it, or to call a push failed that went through.
    inventories.set(origin, owner, snapshot.id, async () => inventoryOf(await states(services, captured)),
        error => nodeRed.logFailure(error), () => besideOf(services, sent))
}

/** The captured nodes as far as they tell what changes. */
export async function states ({ connections }: Pick<Services, 'connections'>, captured: Capture): Promise<NodeState[]> {
    const key = await connections.fingerprintKey()
    return key === null ? [] : nodeStates(captured, key)
}

async function besideOf ({ connections }: Services, { modules, variables }: Sent): Promise<Beside | null> {
    const key = await connections.fingerprintKey()
    return key === null ? null : {
        modules,
        variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, variableFingerprint(key, name, value)]))
    }
}
