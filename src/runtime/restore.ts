import { setTimeout as delay } from 'node:timers/promises'
import { FlowFuseError, isLost } from '../flowfuse/errors'
import { getInstance, restoreSnapshot, type Instance } from '../flowfuse/instances'
import type { Session } from '../flowfuse/session'
import { createSnapshot } from '../flowfuse/snapshots'
import type { Action } from '../shared/abilities'
import { CodedError } from '../shared/errors'
import { beforeRestoreName } from '../shared/names'
import type { Named } from '../shared/requests'
import { because } from './because'
import type { pushTimes } from './push-times'

interface RestoreParts {
    session: Session
    times: typeof pushTimes
    /** Runs a call that may be refused, so that the refusal is learned. */
    watch?: <T>(action: Action, run: () => Promise<T>) => Promise<T>
}

/** The part of a job that a restore is. */
interface RestoreProgress {
    begin (step: 'capture-before' | 'restore' | 'follow'): void
    readonly result: { before: Named | null, restored: boolean, stateAfter: string | null }
}

/**
 * Restores a snapshot on its instance and follows it until the instance runs. With `captureBefore` the instance as it runs is captured
 * first, and nothing is restored when that fails.
 * @throws CodedError `safety-capture-failed`, `restore-refused`, `restore-failed`, `restore-not-running`, `restore-unfollowed`
 */
export async function restore (
    parts: RestoreParts, instance: Instance, snapshot: Named, captureBefore: boolean, progress: RestoreProgress
): Promise<void> {
    if (captureBefore) {
        progress.begin('capture-before')
        const before = await createSafetyCapture(parts, instance, snapshot)
        progress.result.before = { id: before.id, name: before.name }
    }
    progress.begin('restore')
    const answered = await requestRestore(parts, instance, snapshot)
    progress.begin('follow')
    progress.result.stateAfter = await followRestart(parts, instance, snapshot, answered)
    progress.result.restored = true
}

async function createSafetyCapture ({ session, watch = unwatched }: RestoreParts, instance: Instance, snapshot: Named): Promise<Named> {
    try {
        return await watch('capture', () => createSnapshot(session, instance.id, { name: beforeRestoreName(snapshot.name), description: '' }))
    } catch (error) {
        throw because('safety-capture-failed', { name: snapshot.name, instance: instance.name }, error)
    }
}

/** @returns false when the answer was lost, so that only the instance's state can tell */
async function requestRestore ({ session, times, watch = unwatched }: RestoreParts, instance: Instance, snapshot: Named): Promise<boolean> {
    try {
        await watch('restore', () => restoreSnapshot(session, instance.id, snapshot.id, times.restoreAnswer))
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

async function unwatched<T> (_action: Action, run: () => Promise<T>): Promise<T> {
    return await run()
}

const failedStates = ['crashed', 'safe', 'stopped']

/**
 * Follows an instance that was asked to restart.
 * @param answered false when the answer was lost
 * @returns the state at the end: `running`, or `suspended` for an instance that was suspended before
 * @throws CodedError `restore-not-running`, `restore-unfollowed`
 */
export async function followRestart (parts: RestoreParts, instance: Instance, snapshot: Named, answered: boolean): Promise<string> {
    const { untilRunning, poll } = parts.times
    // Not the wall clock, which may be set meanwhile.
    const deadline = performance.now() + untilRunning
    const params = { name: snapshot.name, instance: instance.name }
    const wasSuspended = instance.state === 'suspended'
    // The platform answers when the restart has begun. Without its answer only an instance that is seen to leave "running" shows that.
    let begun = answered
    let state = ''
    const unfollowed = () => ({ ...params, state: state || 'unknown', seconds: Math.round((performance.now() - deadline + untilRunning) / 1000) })
    while (performance.now() < deadline) {
        state = await stateOf(parts.session, instance.id).catch((error: unknown) => {
            throw because('restore-unfollowed', unfollowed(), error)
        }) ?? state
        begun ||= instance.state === 'running' && state !== '' && state !== 'running'
        if (begun && (state === 'running' || (wasSuspended && state === 'suspended' && answered))) {
            return state
        }
        if (answered && failedStates.includes(state)) {
            throw new CodedError('restore-not-running', { ...params, state }, 502)
        }
        await delay(poll)
    }
    throw new CodedError('restore-unfollowed', unfollowed(), 502)
}

/** A poll that fails is not the end of the restore, unless later ones can't do better: signed out, not permitted, gone. */
async function stateOf (session: Session, instanceId: string): Promise<string | null> {
    try {
        return (await getInstance(session, instanceId)).state
    } catch (error) {
        const isFinal = error instanceof FlowFuseError && [401, 403, 404].includes(error.platformStatus ?? 0)
        if (error instanceof CodedError && !isFinal) {
            return null
        }
        throw error
    }
}
