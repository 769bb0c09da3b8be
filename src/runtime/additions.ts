import { FlowFuseError, isHalfDone, isLost } from '../flowfuse/errors'
import {
    isUntold, readLists, writePalette, writeVariables, type InstanceLists, type InstanceVariable, type PaletteEntry
} from '../flowfuse/instance-settings'
import type { Session } from '../flowfuse/session'
import { CodedError } from '../shared/errors'
import type { Named } from '../shared/requests'
import type { Modules } from '../snapshot/model'

/**
 * Told which names were written, as soon as the platform did not refuse them: also when what came of it can't be found out. Told again
 * which of them are there, when the platform then has something else than was written.
 */
type OnWritten = (names: string[]) => void

/**
 * Adds the variables that the instance lacks, on the instance itself and at once. What it has stays as it is.
 * @throws CodedError `variables-untold` where the instance has hidden values that can't be sent back; `addition-not-kept`
 */
export async function addVariables (session: Session, instance: Named, wanted: Record<string, string>, onWritten: OnWritten): Promise<void> {
    const { variables: before } = await readLists(session, instance.id)
    const missing = Object.entries(wanted).filter(([name]) => !before.some(variable => variable.name === name))
    if (missing.length === 0) {
        return
    }
    refuseUntold(before, instance)
    const after = [...before, ...missing.map(([name, value]) => ({ name, value, hidden: false }))]
    const writing = writeVariables(session, instance.id, after)
    const names = missing.map(([name]) => name)
    await replace(session, instance, writing, now => sameVariables(now.variables, after),
        now => onWritten(now === null ? names : namesIn(now.variables, names)))
}

/**
 * Adds the modules that the palette list of the instance lacks, so that a snapshot made from then on carries them.
 * @throws CodedError `addition-not-kept`
 */
export async function addModules (session: Session, instance: Named, wanted: Modules, onWritten: OnWritten): Promise<void> {
    const { palette: before } = await readLists(session, instance.id)
    const missing = Object.entries(wanted).filter(([name]) => !before.some(module => module.name === name))
    if (missing.length === 0) {
        return
    }
    const after = [...before, ...missing.map(([name, version]) => ({ name, version, local: true }))]
    const writing = writePalette(session, instance.id, after)
    const names = missing.map(([name]) => name)
    await replace(session, instance, writing, now => samePalette(now.palette, after),
        now => onWritten(now === null ? names : namesIn(now.palette, names)))
}

/**
 * Takes out again what was added for a push that then failed. Everything else stays as it is by now.
 * @param added its lists are emptied, each as soon as nothing of it is there any more
 */
export async function takeOut (session: Session, instance: Named, added: { variables: string[], modules: string[] }): Promise<void> {
    const { variables, palette } = await readLists(session, instance.id)
    const keptVariables = variables.filter(({ name }) => !added.variables.includes(name))
    if (keptVariables.length < variables.length) {
        refuseUntold(variables, instance)
        await replace(session, instance, writeVariables(session, instance.id, keptVariables), now => sameVariables(now.variables, keptVariables))
    }
    added.variables = []
    const keptPalette = palette.filter(({ name }) => !added.modules.includes(name))
    if (keptPalette.length < palette.length) {
        await replace(session, instance, writePalette(session, instance.id, keptPalette), now => samePalette(now.palette, keptPalette))
    }
    added.modules = []
}

/** The list can only be written as a whole, and sending a hidden value back blank might empty it. */
function refuseUntold (variables: InstanceVariable[], instance: Named): void {
    const count = variables.filter(isUntold).length
    if (count > 0) {
        throw new CodedError('variables-untold', { instance: instance.name, count }, 409)
    }
}

/**
 * Never repeated. Whether the answer came, was lost, or was a 500, what the instance has then decides.
 * @param onWritten told null once it was not refused, and what the instance has, should that be something else
 */
async function replace (
    session: Session, instance: Named, writing: Promise<void>, isKept: (now: InstanceLists) => boolean,
    onWritten: (now: InstanceLists | null) => void = () => {}
): Promise<void> {
    const lost = await writing.then(() => null, async (error: unknown) => {
        if (error instanceof FlowFuseError && isLost(error)) {
            return error
        }
        if (error instanceof FlowFuseError && isHalfDone(error)) {
            const now = await readLists(session, instance.id).catch(() => null)
            if (now === null) {
                return error
            }
            if (isKept(now)) {
                return null
            }
        }
        throw error
    })
    onWritten(null)
    const now = await readLists(session, instance.id)
    if (!isKept(now)) {
        onWritten(now)
        throw new CodedError('addition-not-kept', { instance: instance.name }, 502, { cause: lost, ...(lost && { because: lost.toAnswer() }) })
    }
}

function namesIn (list: Array<{ name: string }>, names: string[]): string[] {
    return names.filter(name => list.some(each => each.name === name))
}

function sameVariables (now: InstanceVariable[], wanted: InstanceVariable[]): boolean {
    const text = (variables: InstanceVariable[]) => variables.map(({ name, value, hidden }) => JSON.stringify([name, value, hidden])).sort().join()
    return text(now) === text(wanted)
}

function samePalette (now: PaletteEntry[], wanted: PaletteEntry[]): boolean {
    const text = (modules: PaletteEntry[]) => modules.map(({ name, version }) => JSON.stringify([name, version])).sort().join()
    return text(now) === text(wanted)
}
