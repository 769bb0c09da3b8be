import type { SerialisedBody } from '../flowfuse/http'
import { getInstance, type Instance } from '../flowfuse/instances'
import { isAtLeast, keepsHiddenSince, type Platform } from '../flowfuse/platform'
import type { Session } from '../flowfuse/session'
import { createSnapshot, importSnapshot, listSnapshots, type SnapshotMeta } from '../flowfuse/snapshots'
import { listTeams } from '../flowfuse/teams'
import type { Action } from '../shared/abilities'
import { CodedError } from '../shared/errors'
import type { JobStep, PushRequest } from '../shared/requests'
import type { Modules } from '../snapshot/model'
import { builtIntoInstances } from '../snapshot/modules'
import type { Capture } from './capture'
import { checkDeviceVersion, saidOfDevices, seeTarget, targetDevices } from './device-target'
import { sentVariables, tickedVariables } from './environment'
import type { Progress } from './jobs'
import { makeOnce, recentSnapshots } from './lost-answer'
import type { NodeRed } from './node-red'
import { prepareCreate, type MakingSources } from './push-create'
import { isImport, needsCapture, prepareImport } from './push-import'
import { runningSource, type PushSource } from './push-source'
import { pushTimes } from './push-times'
import { restore } from './restore'
import { ownSettings, tickedSettings } from './runtime-settings'
import { requireRole, targetActionIn } from './targets'

export interface PushParts {
    nodeRed: NodeRed
    session: Session
    user: { id: string }
    platform: Pick<Platform, 'version'>
    /** What is pushed; what runs, without it. `whileWalking` is called when that takes its time. */
    source?: (whileWalking: () => void) => Promise<PushSource>
    /** Told once the platform has confirmed the snapshot. `deployedAt`: time of the last deploy on the instance then. */
    onCreated: (snapshot: SnapshotMeta, captured: Capture, deployedAt: string | null, sent: Sent) => Promise<void>
    /** Told after a restore was asked for, however it ended: the restore itself counts as a deploy on the platform. */
    onRestored: (deployedAt: string | null) => Promise<void>
    times?: typeof pushTimes
}

/** What was sent beside flows and credentials: installed modules, and variables with the values that they have here. */
export interface Sent { modules: Modules, variables: Record<string, string> }

export function pushSteps (request: PushRequest): Array<JobStep['id']> {
    const writes = !isImport(request)
    const captured = needsCapture(request)
    return [
        'capture', 'check',
        ...(writes && request.variables.rule === 'add' && request.variables.names.length > 0 ? ['add-variables' as const] : []),
        ...(writes && request.addModules?.length ? ['add-modules' as const] : []),
        ...(captured ? ['capture-before' as const, 'read-variables' as const] : []),
        'create',
        ...(request.deviceTarget ? ['device-target' as const] : []),
        ...(request.restore?.captureBefore && !captured ? ['capture-before' as const] : []),
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
    const ask = once(() => Promise.all([
        getInstance(session, request.instanceId), listTeams(session), listSnapshots(session, request.instanceId, recentSnapshots)
    ]))
    const source = parts.source ?? (whileWalking => runningSource(nodeRed, undefined, whileWalking))
    // Only looks, so that they need not wait for a capture that takes its time.
    const { captured, modules: { modules: installed }, host, kept } = await source(() => { void ask() })
    const modules = request.deviceTarget ? { ...installed, 'node-red': request.deviceTarget.nodeRed } : installed
    const { variables } = request
    const ticked = variables.rule === 'keep' ? {} : tickedVariables(variables.names, [...captured.references, ...kept.map(({ name }) => name)], host)
    const env = variables.rule === 'mine' ? sentVariables(ticked, withKeptHidden(variables, kept), isAtLeast(parts.platform, keepsHiddenSince)) : null
    const modulesToAdd = addableModules(request.addModules ?? [], modules)

    progress.begin('check')
    const [instance, teams, before] = await ask()
    const targetBy = request.deviceTarget ? targetActionIn(session, teams, instance.team) : null
    // An import knows no device target; it takes a token, which may set it afterwards.
    const setAsTarget = targetBy === 'setTargetOnPush'
    // Before anything is written: what is known to be refused later would leave half of what was asked for.
    requireRole({ kind: session.kind, platform: parts.platform }, teams, instance.team, ...actionsOf(request, targetBy))
    if (request.deviceTarget) {
        await checkDeviceVersion(session, instance, request.deviceTarget, installed['node-red'])
    }
    progress.result.added = { variables: [], modules: [] }
    const sources = { session, platform: parts.platform, instance, captured, request, modules, modulesToAdd, env, added: ticked }
    const making = await prepare(nodeRed, { ...sources, setAsTarget }, before, progress)

    progress.begin('create')
    const wanted = { owner: { kind: 'instance' as const, id: instance.id }, name: request.name, userId: parts.user.id, before: making.before }
    const creating = makeOnce(session, wanted, making.body.bytes, making.send, parts.times)
    const snapshot = await (setAsTarget ? saidOfDevices(creating, instance) : creating)
    progress.result.snapshot = { id: snapshot.id, name: snapshot.name }
    await remember(parts, parts.onCreated(snapshot, captured, instance.deployedAt, { modules: installed, variables: sentValues(request, ticked) }))
    if (request.deviceTarget) {
        progress.begin('device-target')
        await (setAsTarget ? seeTarget : targetDevices)(session, instance, snapshot)
        progress.result.targeted = true
    }
    if (request.restore) {
        await restoreNow(parts, instance, snapshot, request.restore.captureBefore && !needsCapture(request), progress)
    }
}

/** Of a variable of which only the name was sent nothing can change here. */
function sentValues ({ variables }: PushRequest, ticked: Record<string, string>): Record<string, string> {
    const { keysOnly = [] } = variables.rule === 'mine' ? variables : {}
    return Object.fromEntries(Object.entries(ticked).filter(([name]) => !keysOnly.includes(name)))
}

/** Everything that the sign-in must be permitted to do for a push. */
function actionsOf (request: PushRequest, targetBy: Action | null): Action[] {
    const wanted: Array<[Action, boolean]> = [
        ['push', true], ['import', isImport(request)], ['export', isImport(request)], ['restore', request.restore !== null],
        [targetBy ?? 'push', targetBy !== null], ['editVariables', request.variables.rule === 'add'], ['editPalette', (request.addModules ?? []).length > 0]
    ]
    return wanted.filter(([, isWanted]) => isWanted).map(([action]) => action)
}

/** Begins something at the first call, and gives the same to each. What fails is heard by whoever waits for it, and else by nobody. */
function once<T> (begin: () => Promise<T>): () => Promise<T> {
    let begun: Promise<T> | undefined
    return () => {
        if (begun === undefined) {
            begun = begin()
            begun.catch(() => undefined)
        }
        return begun
    }
}

/** A variable that is kept hidden is never sent in the open. */
function withKeptHidden ({ keysOnly, hidden = [] }: { keysOnly?: string[], hidden?: string[] }, kept: PushSource['kept']): { keysOnly?: string[], hidden: string[] } {
    return { keysOnly, hidden: [...hidden, ...kept.filter(variable => variable.hidden).map(({ name }) => name)] }
}

async function restoreNow (parts: PushParts, instance: Instance, snapshot: SnapshotMeta, captureBefore: boolean, progress: Progress): Promise<void> {
    let taken = false
    const begin: Progress['begin'] = step => {
        progress.begin(step)
        // A restore that was refused has deployed nothing.
        taken ||= step === 'follow'
    }
    try {
        const { session, times = pushTimes } = parts
        await restore({ session, times }, instance, snapshot, captureBefore, { begin, result: progress.result })
    } finally {
        await (taken ? remember(parts, rememberDeploy(parts, instance)) : undefined)
    }
}

/** @returns null when none are wanted @throws CodedError `module-not-addable` for what this push does not carry, or every instance has */
function addableModules (names: string[], modules: Modules): Modules | null {
    const wrong = names.find(name => !Object.hasOwn(modules, name) || builtIntoInstances(name))
    if (wrong !== undefined) {
        throw new CodedError('module-not-addable', { name: wrong }, 409)
    }
    return names.length === 0 ? null : Object.fromEntries(names.map(name => [name, modules[name] ?? '']))
}

/** What can't be remembered here takes nothing from what was done there: the log has it, and the push goes on. */
async function remember ({ nodeRed }: PushParts, writing: Promise<void>): Promise<void> {
    try {
        await writing
    } catch (error) {
        nodeRed.logFailure(error)
    }
}

/** What can't be looked at now is not remembered: the next push then warns of a deploy that was its own, which harms nobody. */
async function rememberDeploy (parts: PushParts, instance: Instance): Promise<void> {
    const now = await getInstance(parts.session, instance.id)
    await parts.onRestored(now.deployedAt)
}

/** The call that makes the snapshot, and what was there before it. */
interface Making { body: SerialisedBody, send: () => Promise<SnapshotMeta>, before: SnapshotMeta[] }

async function prepare (
    nodeRed: NodeRed, sources: MakingSources & { setAsTarget: boolean }, before: SnapshotMeta[], progress: Progress
): Promise<Making> {
    const { session, platform, instance, request } = sources
    if (!isImport(request)) {
        const body = await prepareCreate(sources, progress)
        return { body, send: () => createSnapshot(session, instance.id, body), before }
    }
    const settings = tickedSettings(request.settings ?? [], ownSettings(nodeRed), instance, platform)
    const { body, capturedBefore } = await prepareImport({ ...sources, settings }, progress)
    return { body, send: () => importSnapshot(session, body), before: [...capturedBefore, ...before] }
}
