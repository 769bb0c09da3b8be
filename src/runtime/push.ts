import { setTimeout as delay } from 'node:timers/promises'
import { FlowFuseError } from '../flowfuse/errors'
import type { SerialisedBody } from '../flowfuse/http'
import { getInstance, restoreSnapshot, type Instance } from '../flowfuse/instances'
import type { Session } from '../flowfuse/session'
import { createSnapshot, listSnapshots, type SnapshotMeta } from '../flowfuse/snapshots'
import { CodedError, type ErrorCode, type ErrorParams } from '../shared/errors'
import { limits } from '../shared/limits'
import type { JobStep, PushRequest } from '../shared/requests'
import { capture } from './capture'
import { hostEnvironment, tickedVariables } from './environment'
import type { Progress } from './jobs'
import { installedModules } from './modules'
import type { NodeRed } from './node-red'
import { pushBody } from './push-body'
import { requireRole } from './targets'

export interface PushParts {
    nodeRed: NodeRed
    session: Session
    user: { id: string }
    /** Told once the platform has confirmed the snapshot. */
    onCreated: (snapshot: SnapshotMeta, revision: string) => Promise<void>
    times?: typeof pushTimes
}

/** All in milliseconds. */
export const pushTimes = {
    /** How long a lost answer is looked for in the list. */
    lostAnswer: 30_000,
    /** The platform answers a restore only when its npm is done. */
    restoreAnswer: 10 * 60_000,
    untilRunning: 5 * 60_000,
    poll: 1000
}

/** Enough to tell a new snapshot from those before, even when others push at the same time. */
const recent = 50

export function pushSteps (request: PushRequest): Array<JobStep['id']> {
    return [
        'capture', 'check', 'create',
        ...(request.restore?.captureBefore ? ['capture-before' as const] : []),
        ...(request.restore ? ['restore' as const, 'follow' as const] : [])
    ]
}

/**
 * Pushes the running flows to an instance and, when asked, restores them there. What is certain is in `progress.result`, also when it
 * throws half-way. Nothing that changes the platform is ever repeated.
 */
export async function push (parts: PushParts, request: PushRequest, progress: Progress): Promise<void> {
    const { nodeRed, session } = parts
    progress.begin('capture')
    const captured = await capture(nodeRed)
    const { modules } = await installedModules(nodeRed, captured.modulesInUse)
    const host = hostEnvironment(process.env, nodeRed.setting('envVarExcludes'))
    const env = request.variables.rule === 'keep' ? null : tickedVariables(request.variables.names, captured.references, host)

    progress.begin('check')
    const instance = await getInstance(session, request.instanceId)
    await requireRole(session, instance.team, 'push')
    const before = await listSnapshots(session, instance.id, recent)

    progress.begin('create')
    const body = pushBody(captured, { name: request.name, description: request.description, modules, env })
    const snapshot = await create(parts, instance, body, request.name, before)
    progress.result.snapshot = { id: snapshot.id, name: snapshot.name }
    await parts.onCreated(snapshot, captured.revision)
    if (request.restore) {
        await restore(parts, instance, snapshot, request.restore.captureBefore, progress)
    }
}

async function create (
    parts: PushParts, instance: Instance, body: SerialisedBody, name: string, before: SnapshotMeta[]
): Promise<SnapshotMeta> {
    try {
        return await createSnapshot(parts.session, instance.id, body)
    } catch (error) {
        if (!(error instanceof FlowFuseError)) {
            throw error
        }
        const size = megabytes(body.bytes)
        if (error.platformStatus === 413) {
            throw error.as('request-too-large-unknown-limit', { size })
        }
        if (!error.mayHaveArrived) {
            throw error.code === 'server-cut' ? error.as('push-cut-short', { size }) : error
        }
        if (!isLost(error)) {
            throw error
        }
        return await findLost(parts, instance, name, before, error)
    }
}

/** Looks for the snapshot that a create made whose answer was lost: exactly one new one with our name by our user. */
async function findLost (parts: PushParts, instance: Instance, name: string, before: SnapshotMeta[], cause: FlowFuseError): Promise<SnapshotMeta> {
    const { lostAnswer, poll } = parts.times ?? pushTimes
    const known = new Set(before.map(snapshot => snapshot.id))
    const deadline = Date.now() + lostAnswer
    let found: SnapshotMeta[] = []
    while (found.length === 0 && Date.now() < deadline) {
        await delay(poll)
        const now = await listSnapshots(parts.session, instance.id, recent).catch((error: unknown) => {
            if (error instanceof FlowFuseError) {
                return []
            }
            throw error
        })
        found = now.filter(snapshot => !known.has(snapshot.id) && snapshot.name === name && snapshot.user?.id === parts.user.id)
    }
    const [only] = found
    if (only === undefined || found.length > 1) {
        throw cause.as('push-outcome-unknown', { name, seconds: lostAnswer / 1000 })
    }
    return only
}

async function restore (parts: PushParts, instance: Instance, snapshot: SnapshotMeta, captureBefore: boolean, progress: Progress): Promise<void> {
    const { session } = parts
    if (captureBefore) {
        progress.begin('capture-before')
        const before = await createSafetyCapture(session, instance, snapshot)
        progress.result.before = { id: before.id, name: before.name }
    }
    progress.begin('restore')
    const answered = await requestRestore(parts, instance, snapshot)
    progress.begin('follow')
    progress.result.stateAfter = await followRestore(parts, instance, snapshot, answered)
    progress.result.restored = true
}

async function createSafetyCapture (session: Session, instance: Instance, snapshot: SnapshotMeta): Promise<SnapshotMeta> {
    try {
        const name = [...`Before restore of “${snapshot.name}”`].slice(0, limits.nameLength).join('')
        return await createSnapshot(session, instance.id, { name, description: '' })
    } catch (error) {
        throw error instanceof CodedError ? because('safety-capture-failed', { name: snapshot.name, instance: instance.name }, error) : error
    }
}

/** @returns false when the answer was lost, so that only the instance's state can tell */
async function requestRestore (parts: PushParts, instance: Instance, snapshot: SnapshotMeta): Promise<boolean> {
    try {
        await restoreSnapshot(parts.session, instance.id, snapshot.id, (parts.times ?? pushTimes).restoreAnswer)
        return true
    } catch (error) {
        if (!(error instanceof FlowFuseError)) {
            throw error
        }
        const status = error.platformStatus
        const params = { name: snapshot.name, instance: instance.name }
        if (isLost(error)) {
            return false
        }
        // 500 covers both a validation that changed nothing and a restart that failed after everything was changed.
        throw status === 500 ? error.as('restore-failed', params) : because('restore-refused', params, error)
    }
}

const failedStates = ['crashed', 'safe', 'stopped']

/** @returns the state at the end: `running`, or `suspended` for an instance that was suspended before */
async function followRestore (parts: PushParts, instance: Instance, snapshot: SnapshotMeta, answered: boolean): Promise<string> {
    const { untilRunning, poll } = parts.times ?? pushTimes
    const deadline = Date.now() + untilRunning
    const params = { name: snapshot.name, instance: instance.name }
    const wasSuspended = instance.state === 'suspended'
    // The platform answers when the restart has begun; without its answer "running" may still be the state before.
    let begun = answered
    let state = ''
    while (Date.now() < deadline) {
        state = await stateOf(parts.session, instance.id) ?? state
        begun ||= state !== 'running'
        if (begun && (state === 'running' || (wasSuspended && state === 'suspended' && answered))) {
            return state
        }
        if (answered && failedStates.includes(state)) {
            throw new CodedError('restore-not-running', { ...params, state }, 502)
        }
        await delay(poll)
    }
    throw new CodedError('restore-unfollowed', { ...params, state, seconds: Math.round(untilRunning / 1000) }, 502)
}

/** A poll that fails is not the end of the restore. */
async function stateOf (session: Session, instanceId: string): Promise<string | null> {
    try {
        return (await getInstance(session, instanceId)).state
    } catch (error) {
        if (error instanceof FlowFuseError && (error.platformStatus === undefined || error.platformStatus >= 500)) {
            return null
        }
        throw error
    }
}

/** A gateway's 502 to 504 and a missing or strange answer say nothing about what the platform did. */
function isLost (error: FlowFuseError): boolean {
    const { platformStatus } = error
    return error.mayHaveArrived && (platformStatus === undefined || platformStatus > 500 || error.code === 'answer-unexpected')
}

function because (code: ErrorCode, params: ErrorParams, error: CodedError): CodedError {
    return new CodedError(code, params, 502, { cause: error, because: error.toAnswer() })
}

function megabytes (bytes: number): string {
    return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
