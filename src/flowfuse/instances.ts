import type { Named } from '../shared/requests'
import type { Modules } from '../snapshot/model'
import { asObject, isObject, list, optionalText, text } from '../snapshot/parse'
import { isLocked, settingAt, settingKeys, type SettingKey } from '../snapshot/settings'
import { FlowFuseError, naming } from './errors'
import { platformPath } from './http'
import { isUntold } from './instance-settings'
import type { Session } from './session'

export interface Instance extends Named {
    url: string
    application: Named
    team: Named
    /** `running`, `suspended`, `starting` … as the platform has them; '' when it does not say. */
    state: string
    isDeploying: boolean
    /** Time of the last deploy there, ISO 8601; null when never or not told. */
    deployedAt: string | null
    /** Variables of the instance without those of the platform itself. Values are not kept. */
    variables: Array<{ name: string, hidden: boolean }>
    /** How many hidden variables come without their value, so that nobody can send the list back whole. */
    untoldVariables: number
    /** The palette list: the only modules that a restore installs on a hosted instance. */
    palette: Modules
    /** True where the operators of the team keep its editor from being changed; a restore is not kept out by that. */
    isProtected: boolean
    /** True when requests to the instance's HTTP nodes need user and password. */
    hasBasicAuth: boolean
    /** Runtime settings that this plugin knows, as the instance has them; absent where it is not told. */
    runtimeSettings: Partial<Record<SettingKey, unknown>>
    /** Those that the template of the instance keeps from being changed. */
    lockedSettings: SettingKey[]
}

/** @throws FlowFuseError `instance-gone` when it is gone or the user is no member of its team */
export async function getInstance (session: Session, id: string, signal?: AbortSignal): Promise<Instance> {
    const instance = asObject(await naming(
        session.request({ method: 'GET', path: platformPath`/api/v1/projects/${id}`, what: 'instance', signal }),
        { gone: 'instance-gone' }
    ), 'instance')
    const meta = asObject(instance.meta ?? {}, 'instance')
    const settings = asObject(instance.settings ?? {}, 'instance')
    const template = asObject(instance.template ?? {}, 'instance')
    return {
        id: text(instance, 'id'),
        name: text(instance, 'name'),
        url: optionalText(instance, 'url'),
        application: named(instance.application),
        team: named(instance.team),
        state: optionalText(meta, 'state'),
        isDeploying: meta.isDeploying === true,
        deployedAt: optionalText(instance, 'flowLastUpdatedAt') || null,
        variables: variablesOf(settings.env),
        untoldVariables: (Array.isArray(settings.env) ? settings.env as unknown[] : []).filter(item => isObject(item) && isUntold(item)).length,
        palette: paletteOf(settings),
        isProtected: isObject(instance.protected) ? instance.protected.enabled === true : instance.protected === true,
        hasBasicAuth: asObject(settings.httpNodeAuth ?? {}, 'instance').type === 'basic',
        runtimeSettings: runtimeSettingsOf(settings, template.settings),
        lockedSettings: settingKeys.filter(key => isLocked(template.policy, key))
    }
}

/**
 * Restores a snapshot of the instance on it. The answer may take minutes (the platform waits for npm), and the restore may have been
 * done although the answer was lost: follow the state with `getInstance`.
 * @throws FlowFuseError `instance-gone`, `not-permitted`; `answer-unexpected` also for JSON that does not say that it was done
 */
export async function restoreSnapshot (session: Session, instanceId: string, snapshotId: string, timeoutMs: number): Promise<void> {
    const answer = await naming(session.request({
        method: 'POST',
        path: platformPath`/api/v1/projects/${instanceId}/actions/rollback`,
        what: 'restore',
        body: { snapshot: snapshotId },
        timeoutMs
    }), { gone: 'instance-gone' })
    requireOkay(answer, session, 'restore')
}

/** Restarts an instance, which then installs what its palette list names. @throws FlowFuseError as `restoreSnapshot` */
export async function restartInstance (session: Session, instanceId: string, timeoutMs: number): Promise<void> {
    const path = platformPath`/api/v1/projects/${instanceId}/actions/restart`
    requireOkay(await naming(session.request({ method: 'POST', path, what: 'restart', body: {}, timeoutMs }), { gone: 'instance-gone' }), session, 'restart')
}

/**
 * What the platform says when it has done it. Anything else leaves that open: what answers may not even be the platform.
 * @throws FlowFuseError `answer-unexpected`, as of a lost answer
 */
export function requireOkay (answer: unknown, { origin }: Session, what: 'restore' | 'restart' | 'deviceTarget'): void {
    if (!isObject(answer) || answer.status !== 'okay') {
        throw new FlowFuseError('answer-unexpected', { server: origin, what }, { platformStatus: 200, mayHaveArrived: true })
    }
}

function named (value: unknown): Named {
    const object = asObject(value, 'instance')
    return { id: text(object, 'id'), name: text(object, 'name') }
}

function variablesOf (env: unknown): Instance['variables'] {
    return (Array.isArray(env) ? env : []).map(item => asObject(item, 'instance'))
        .filter(variable => variable.platform !== true)
        .map(variable => ({ name: text(variable, 'name'), hidden: variable.hidden === true }))
}

/** What the instance does not set itself comes from its template. */
function runtimeSettingsOf (own: unknown, template: unknown): Instance['runtimeSettings'] {
    const all = settingKeys.map(key => [key, settingAt(own, key) ?? settingAt(template, key)] as const)
    return Object.fromEntries(all.filter(([, value]) => value !== undefined))
}

function paletteOf (settings: Record<string, unknown>): Modules {
    const palette = asObject(settings.palette ?? {}, 'instance')
    if (!Array.isArray(palette.modules)) {
        return {}
    }
    return Object.fromEntries(list(palette, 'modules').map(item => {
        const module = asObject(item, 'instance')
        return [text(module, 'name'), optionalText(module, 'version')]
    }))
}
