import type { ErrorAnswer } from '../shared/errors'
import type { PushPreview, PushRequest, SettingRow, VariablesRule } from '../shared/requests'
import { isMajorStep } from '../shared/major-step'
import { nameProblem, descriptionProblem } from '../shared/names'
import { ownNames } from './variables'

/** What the push dialog is filled with. */
export interface PushDraft {
    name: string
    description: string
    rule: VariablesRule['rule']
    /** Names of host variables that the user ticked; of those, which are sent without their value, and which hidden. */
    ticked: ReadonlySet<string>
    keysOnly: ReadonlySet<string>
    hidden: ReadonlySet<string>
    /** Add what is missing to the instance's palette. */
    addModules: boolean
    /** Keys of the runtime settings that the user ticked. */
    settings: ReadonlySet<string>
    deviceTarget: boolean
    /** Whether devices keep the Node-RED that they have. */
    keepNodeRed: boolean
    /** Consent to another major version of Node-RED on the devices, or to one where theirs is not known. */
    majorStep: boolean
    restore: boolean
    captureBefore: boolean
}

export function newDraft (name: string): PushDraft {
    return { name, description: '', rule: 'keep', ticked: new Set(), keysOnly: new Set(), hidden: new Set(), addModules: false, settings: new Set(), deviceTarget: false, keepNodeRed: false, majorStep: false, restore: false, captureBefore: true }
}

/** The draft that a request was made of, so that a failed push can be tried again. */
export function draftOf ({ name, description, variables, addModules, settings, deviceTarget, restore }: PushRequest): PushDraft {
    return {
        name,
        description,
        rule: variables.rule,
        ticked: new Set(variables.rule === 'keep' ? [] : variables.names),
        keysOnly: new Set(variables.rule === 'mine' ? variables.keysOnly : []),
        hidden: new Set(variables.rule === 'mine' ? variables.hidden : []),
        addModules: (addModules ?? []).length > 0,
        settings: new Set(settings),
        deviceTarget: Boolean(deviceTarget),
        // Both are asked again: the devices may have changed since.
        keepNodeRed: false,
        majorStep: false,
        restore: restore !== null,
        captureBefore: restore?.captureBefore ?? true
    }
}

/** What may be chosen now; a tick of before a deploy may be of something that the flows no longer use. */
export type Choices = Pick<PushPreview, 'modules' | 'addModulesRefused' | 'settings' | 'settingsRefused' | 'devices'> & {
    variables: Pick<PushPreview['variables'], 'offered' | 'kept' | 'onInstance' | 'addRefused' | 'writeRefused'>
}

export function requestOf (draft: PushDraft, instanceId: string, choices: Choices): PushRequest {
    return {
        instanceId,
        name: draft.name.trim(),
        description: draft.description.trim(),
        variables: variablesOf(draft, choices.variables, isImport(draft, choices)),
        addModules: draft.addModules ? addableModules(choices) : [],
        settings: tickedSettings(draft, choices),
        deviceTarget: draft.deviceTarget && mayTarget(choices.devices) ? targetOf(draft, choices.devices) : null,
        restore: draft.restore ? { captureBefore: draft.captureBefore } : null
    }
}

/** The part of the draft that choosing *send mine* changes: what the plugin keeps is ticked, what is hidden here goes hidden. */
export function withMine (draft: PushDraft, kept: PushPreview['variables']['kept']): Pick<PushDraft, 'rule' | 'ticked' | 'hidden'> {
    const hidden = kept.filter(variable => variable.hidden)
    return {
        rule: 'mine',
        ticked: new Set([...draft.ticked, ...kept.map(({ name }) => name)]),
        hidden: new Set([...draft.hidden, ...hidden.map(({ name }) => name)])
    }
}

function targetOf (draft: PushDraft, devices: PushPreview['devices']): NonNullable<PushRequest['deviceTarget']> {
    return { nodeRed: nodeRedFor(draft, devices), ...(needsConsent(draft, devices) && draft.majorStep && { majorStep: true }) }
}

function mayTarget ({ count, targetRefused }: Choices['devices']): boolean {
    return count > 0 && targetRefused === null
}

/** Why no variable can be added; null when nothing is known against it. */
export function addRefusal ({ addRefused, writeRefused }: Pick<Choices['variables'], 'addRefused' | 'writeRefused'>, imported: boolean): ErrorAnswer | null {
    return addRefused ?? (imported ? null : writeRefused)
}

function variablesOf (draft: PushDraft, variables: Choices['variables'], imported: boolean): VariablesRule {
    const { offered, onInstance } = variables
    const ticked = (names: string[]) => names.filter(name => draft.ticked.has(name))
    const names = ticked(draft.rule === 'mine' ? ownNames(variables) : offered)
    switch (draft.rule) {
    case 'keep': return { rule: 'keep' }
    case 'add': return addRefusal(variables, imported) === null
        ? { rule: 'add', names: names.filter(name => !onInstance.some(variable => variable.name === name)) }
        : { rule: 'keep' }
    case 'mine': return {
        rule: 'mine',
        names,
        keysOnly: names.filter(name => draft.keysOnly.has(name)),
        hidden: names.filter(name => draft.hidden.has(name))
    }
    }
}

/** Modules that the instance would not install by itself, and that may be added to its palette. */
export function addableModules ({ modules, addModulesRefused }: Choices): string[] {
    return addModulesRefused === null ? modules.filter(({ inPalette }) => !inPalette).map(({ name }) => name) : []
}

/** Settings that may travel and would change something. */
export function offeredSettings ({ settings, settingsRefused }: Pick<Choices, 'settings' | 'settingsRefused'>): SettingRow[] {
    return settingsRefused === null ? settings.filter(({ refused, here, there }) => refused === null && here !== there) : []
}

/** True for a push whose snapshot is imported, which writes nothing to the instance itself. */
export function isImport (draft: PushDraft, choices: Pick<Choices, 'settings' | 'settingsRefused'>): boolean {
    return tickedSettings(draft, choices).length > 0
}

/** Keys of the settings that travel. With any, the snapshot is imported. */
export function tickedSettings (draft: PushDraft, choices: Pick<Choices, 'settings' | 'settingsRefused'>): string[] {
    return offeredSettings(choices).map(({ key }) => key).filter(key => draft.settings.has(key))
}

function nodeRedFor ({ keepNodeRed }: PushDraft, { nodeRedNow, nodeRedThen }: PushPreview['devices']): string {
    return keepNodeRed && nodeRedNow !== null ? nodeRedNow : nodeRedThen
}

/** True where the push sets the device target and needs the user's consent to what that does to Node-RED on the devices. */
export function needsConsent (draft: PushDraft, devices: PushPreview['devices']): boolean {
    return draft.deviceTarget && mayTarget(devices) && isMajorStep(devices.nodeRedNow, nodeRedFor(draft, devices))
}

export function isComplete (draft: PushDraft, devices?: PushPreview['devices']): boolean {
    if (devices !== undefined && needsConsent(draft, devices) && !draft.majorStep) {
        return false
    }
    return nameProblem(draft.name) === null && descriptionProblem(draft.description) === null
}
