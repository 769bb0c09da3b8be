import { FlowFuseError, isLost } from '../flowfuse/errors'
import { getInstanceSnapshot, type InstanceSnapshot } from '../flowfuse/instance-snapshots'
import { getInstance, restartInstance } from '../flowfuse/instances'
import type { Action } from '../shared/abilities'
import type { RestoreThereRequest, RestoreThereStepId } from '../shared/actions'
import { CodedError, type ErrorCode } from '../shared/errors'
import type { Modules } from '../snapshot/model'
import { requireSeen, type ActionPlace } from './action-place'
import { addableThere, seenOfRestore } from './action-restore-plan'
import { addModules } from './additions'
import { because } from './because'
import type { Progress } from './jobs'
import { pushTimes } from './push-times'
import { followRestart, restore } from './restore'

export interface RestoreThereParts {
    place: ActionPlace
    snapshot: InstanceSnapshot
    /** What joins the palette list afterwards. */
    modules: Modules
    captureBefore: boolean
    /** Runs a call that may be refused, so that the refusal is learned for what was refused, and for nothing else. */
    watch: <T>(action: Action, run: () => Promise<T>) => Promise<T>
    /** Told when the instance was deployed by the restore, which is no deploy of somebody else. */
    onRestored: (deployedAt: string | null) => Promise<void>
    times?: typeof pushTimes
}

export function restoreThereSteps ({ captureBefore, addModules: added }: RestoreThereRequest): RestoreThereStepId[] {
    return [
        ...(captureBefore ? ['capture-before' as const] : []), 'restore', 'follow',
        ...(added.length > 0 ? ['add-modules' as const, 'restart' as const, 'follow-restart' as const] : [])
    ]
}

/**
 * Looks, before anything is written, whether a restore is what the user agreed to.
 * @throws CodedError `snapshot-gone`, `action-moved`, `confirmation-differs`, `module-not-addable`
 */
export async function prepareRestoreThere (place: ActionPlace, snapshotId: string, request: RestoreThereRequest): Promise<Pick<RestoreThereParts, 'snapshot' | 'modules'>> {
    const { session, instance } = place
    const snapshot = await getInstanceSnapshot(session, instance.id, snapshotId)
    requireSeen(request.seen, { seen: seenOfRestore(place, snapshot), snapshot })
    if (request.instanceName.trim() !== instance.name.trim()) {
        throw new CodedError('confirmation-differs', { instance: instance.name }, 409)
    }
    const addable = addableThere(snapshot.modules)
    const wrong = request.addModules.find(name => !addable.some(module => module.name === name))
    if (wrong !== undefined) {
        throw new CodedError('module-not-addable', { name: wrong }, 409)
    }
    const wanted = addable.filter(({ name }) => request.addModules.includes(name))
    return { snapshot, modules: Object.fromEntries(wanted.map(({ name, version }) => [name, version])) }
}

/**
 * Restores a snapshot on its instance and follows it until the instance runs. What is certain is in `progress.result`, also when it throws
 * half-way. A restore replaces the palette list, so what joins it is written afterwards, and the instance restarted once more.
 * @throws CodedError `there-capture-failed`, `there-refused`, `there-failed`, `there-not-running`, `there-unfollowed`,
 * `there-modules-not-added`, `there-restart-failed`
 */
export async function restoreThere (parts: RestoreThereParts, progress: Progress<'restore-there'>): Promise<void> {
    const { place: { session, instance }, snapshot, modules, watch, times = pushTimes } = parts
    let taken = false
    const begin = (step: RestoreThereStepId) => {
        progress.begin(step)
        // A restore that was refused has deployed nothing.
        taken ||= step === 'follow'
    }
    try {
        await restore({ session, times, watch }, instance, snapshot, parts.captureBefore, { begin, result: progress.result })
            .catch((error: unknown) => { throw inOwnWords(error) })
        if (Object.keys(modules).length > 0) {
            await addThere(parts, { begin, result: progress.result })
        }
    } finally {
        await (taken ? remember(parts, progress.result) : undefined)
    }
}

async function addThere ({ place: { session, instance }, snapshot, modules, watch, times = pushTimes }: RestoreThereParts, progress: Progress<'restore-there'>): Promise<void> {
    const params = { name: snapshot.name, instance: instance.name }
    progress.begin('add-modules')
    await watch('editPalette', () => addModules(session, instance, modules, names => { progress.result.addedModules = names }))
        .catch((error: unknown) => { throw because('there-modules-not-added', params, error) })
    if (progress.result.stateAfter === 'suspended') {
        // It installs them when it is started.
        return
    }
    progress.begin('restart')
    const answered = await watch('restart', () => restartInstance(session, instance.id, times.restoreAnswer)).then(() => true, (error: unknown) => {
        if (error instanceof FlowFuseError && isLost(error)) {
            return false
        }
        throw because('there-restart-failed', params, error)
    })
    progress.begin('follow-restart')
    progress.result.stateAfter = await followRestart({ session, times }, { ...instance, state: 'running' }, snapshot, answered)
        .catch((error: unknown) => { throw inOwnWords(error) })
}

/** The words of a push say that it has created the snapshot. */
const ownWords: Partial<Record<ErrorCode, ErrorCode>> = {
    'safety-capture-failed': 'there-capture-failed',
    'restore-refused': 'there-refused',
    'restore-failed': 'there-failed',
    'restore-not-running': 'there-not-running',
    'restore-unfollowed': 'there-unfollowed'
}

function inOwnWords (error: unknown): unknown {
    const code = error instanceof CodedError ? ownWords[error.code] : undefined
    return error instanceof CodedError && code !== undefined
        ? new CodedError(code, error.params, error.status, { cause: error, ...(error.detail.because && { because: error.detail.because }) })
        : error
}

/**
 * Not what can't be looked at now, nor a deploy from before a restore that was not seen to be done: a later restore then warns of a deploy that
 * was our own, which harms nobody.
 */
async function remember ({ place: { session, instance }, onRestored }: RestoreThereParts, { restored }: { restored: boolean }): Promise<void> {
    const now = await getInstance(session, instance.id).catch(() => null)
    const isOurs = now !== null && (restored || now.deployedAt !== instance.deployedAt)
    await (isOurs ? onRestored(now.deployedAt) : undefined)
}
