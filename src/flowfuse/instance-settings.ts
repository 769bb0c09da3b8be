import type { Thing } from '../shared/errors'
import type { Modules } from '../snapshot/model'
import { asObject, isObject, list, optionalText, text, unexpected, type JsonObject } from '../snapshot/parse'
import { naming } from './errors'
import { platformPath } from './http'
import type { Session } from './session'

/** A variable of an instance as it is written back: whatever its value is, and hidden or not. */
export interface InstanceVariable { name: string, value: unknown, hidden: boolean }

/** An entry of an instance's palette list as it is written back. */
export interface PaletteEntry { name: string, version: string, local: boolean }

export interface InstanceLists { variables: InstanceVariable[], palette: PaletteEntry[] }

/**
 * The lists that can only be replaced as a whole, with the values of variables: never kept, logged or shown. Variables of the platform
 * itself are left out. A hidden value may come blank. Never empty for want of an answer: whoever sends a list back replaces the instance's.
 * @throws FlowFuseError `instance-gone`; CodedError `answer-unexpected` for anything but that instance with its variables
 */
export async function readLists (session: Session, instanceId: string): Promise<InstanceLists> {
    const instance = await readInstance(session, instanceId)
    const settings = asObject(instance.settings, 'instance')
    // Without a list of its own an instance has no palette in its settings.
    const palette = asObject(settings.palette ?? {}, 'instance')
    const env = list(settings, 'env')
    const modules = palette.modules === undefined ? [] : list(palette, 'modules')
    return {
        variables: env.map(item => asObject(item, 'instance')).filter(variable => variable.platform !== true)
            .map(variable => ({ name: text(variable, 'name'), value: variable.value ?? '', hidden: variable.hidden === true })),
        palette: modules.map(item => asObject(item, 'instance'))
            .map(module => ({ name: text(module, 'name'), version: optionalText(module, 'version'), local: module.local !== false }))
    }
}

/**
 * The palette list of an instance, name → version. Never empty for want of an answer: whoever sends a list back replaces the instance's.
 * @throws FlowFuseError `instance-gone`; CodedError `answer-unexpected` where the list is not told
 */
export async function readPalette (session: Session, instanceId: string): Promise<Modules> {
    const { settings } = await readInstance(session, instanceId)
    const modules = list(asObject(asObject(settings, 'instance').palette, 'instance'), 'modules').map(item => asObject(item, 'instance'))
    return Object.fromEntries(modules.map(module => [text(module, 'name'), optionalText(module, 'version')]))
}

/** True for a hidden value that was not told, so that nobody can send it back. */
export function isUntold ({ hidden, value }: { hidden?: unknown, value?: unknown }): boolean {
    return hidden === true && (value === undefined || value === null || value === '' || isObject(value))
}

/**
 * Replaces all variables of an instance. Alone in its request, since a Member may do no more.
 * @throws FlowFuseError `instance-gone`, `not-permitted`
 */
export async function writeVariables (session: Session, instanceId: string, variables: InstanceVariable[]): Promise<void> {
    const env = variables.map(({ name, value, hidden }) => ({ name, value, ...(hidden && { hidden }) }))
    await write(session, instanceId, { env }, 'variables')
}

/** Replaces the palette list of an instance, which takes an Owner. @throws FlowFuseError `instance-gone`, `not-permitted` */
export async function writePalette (session: Session, instanceId: string, modules: PaletteEntry[]): Promise<void> {
    await write(session, instanceId, { palette: { modules } }, 'palette')
}

async function readInstance (session: Session, instanceId: string): Promise<JsonObject> {
    const instance = asObject(await naming(
        session.request({ method: 'GET', path: platformPath`/api/v1/projects/${instanceId}`, what: 'instance' }),
        { gone: 'instance-gone' }
    ), 'instance')
    if (instance.id !== instanceId) {
        throw unexpected('instance')
    }
    return instance
}

async function write (session: Session, instanceId: string, settings: Record<string, unknown>, what: Thing): Promise<void> {
    await naming(
        session.request({ method: 'PUT', path: platformPath`/api/v1/projects/${instanceId}`, what, body: { settings } }),
        { gone: 'instance-gone' }
    )
}
