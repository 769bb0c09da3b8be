import type { Platform } from '../flowfuse/platform'
import { isAtLeast, keepsHiddenSince } from '../flowfuse/platform'
import type { Instance } from '../flowfuse/instances'
import { targetAction, type SignInKind } from '../shared/abilities'
import type { ErrorAnswer } from '../shared/errors'
import type { PushNote, PushPreview, Target } from '../shared/requests'
import { builtIntoInstances } from '../snapshot/modules'
import type { LocalSetting } from '../snapshot/local-settings'
import { referredVariables } from './environment'
import { sizeRefusal } from './push-size'
import type { PushSource } from './push-source'
import { settingRows } from './runtime-settings'
import type { StoredLink } from './store/connections-file'
import { known } from './targets'

export interface PreviewSources extends PushSource {
    /** Origin of the platform. */
    server: string
    /** Runtime settings of this Node-RED that FlowFuse has too. */
    settings: LocalSetting[]
    target: Target
    instance: Instance
    kind: SignInKind
    platform: Pick<Platform, 'version'>
    link: StoredLink | null
    devices: Pick<PushPreview['devices'], 'count' | 'nodeRedNow'>
    /** Null when nothing changed, or nobody knows what the last push held. */
    changes: PushPreview['changes']
}

/** What a push would carry and what is worth knowing before it: names and counts only. */
export function pushPreview (sources: PreviewSources): PushPreview {
    const { captured, modules, host, target, instance, kind } = sources
    const setBy = targetAction({ team: target.team, kind, version: null })
    const rows = Object.entries(modules.modules).map(([name, version]) => ({
        name, version, inPalette: builtIntoInstances(name) || Object.hasOwn(instance.palette, name)
    }))
    return {
        target,
        counts: { ...captured.counts, modules: rows.length },
        modules: rows,
        modulesLeftOut: modules.leftOut,
        variables: {
            ...referredVariables(captured.references, host),
            kept: sources.kept,
            onInstance: [...instance.variables].sort((a, b) => Number(b.hidden) - Number(a.hidden) || a.name.localeCompare(b.name)),
            addRefused: known(sources, target.team, 'editVariables'),
            writeRefused: untoldRefusal(instance),
            keepsHidden: isAtLeast(sources.platform, keepsHiddenSince)
        },
        devices: {
            ...sources.devices,
            nodeRedThen: modules.modules['node-red'] ?? '',
            targetRefused: known(sources, target.team, setBy),
            setWithPush: setBy === 'setTargetOnPush'
        },
        addModulesRefused: known(sources, target.team, 'editPalette'),
        settings: settingRows(sources.settings, instance, sources.platform),
        settingsRefused: known(sources, target.team, 'import'),
        tooLarge: sizeRefusal(captured.bytes, sources.server, sources.platform),
        changes: sources.changes,
        notes: notes(sources, rows)
    }
}

function untoldRefusal ({ untoldVariables, name }: Instance): ErrorAnswer | null {
    return untoldVariables === 0 ? null : { code: 'variables-untold', params: { count: untoldVariables, instance: name } }
}

/** What is worth knowing of what is pushed, wherever it goes. */
export function contentNotes ({ counts, oddities }: PushSource['captured'], { missingTypes, leftOut }: PushSource['modules']): PushNote[] {
    const { withoutId, duplicateIds, disabledFlows } = oddities
    const all: Array<[boolean, PushNote]> = [
        [counts.flows + counts.nodes === 0, { code: 'empty-flows', params: {} }],
        [missingTypes.length > 0, { code: 'missing-types', params: { types: missingTypes.slice(0, 10).join(', '), count: missingTypes.length } }],
        [withoutId > 0, { code: 'odd-ids', params: { count: withoutId } }],
        [duplicateIds > 0, { code: 'duplicate-ids', params: { count: duplicateIds } }],
        [disabledFlows > 0, { code: 'disabled-flows', params: { count: disabledFlows } }],
        [leftOut.length > 0, { code: 'modules-left-out', params: { count: leftOut.length } }]
    ]
    return all.filter(([applies]) => applies).map(([, note]) => note)
}

function notes (sources: PreviewSources, rows: PushPreview['modules']): PushNote[] {
    const { captured, modules, instance, platform, link } = sources
    const notInPalette = rows.filter(row => !row.inPalette).length
    const hidden = instance.variables.filter(variable => variable.hidden).length
    const told = contentNotes(captured, modules)
    const leftOut = told.filter(({ code }) => code === 'modules-left-out')
    const all: Array<[boolean, PushNote]> = [
        [instance.state === 'suspended', { code: 'instance-suspended', params: {} }],
        ...told.filter(note => !leftOut.includes(note)).map((note): [boolean, PushNote] => [true, note]),
        [notInPalette > 0, { code: 'modules-not-in-palette', params: { count: notInPalette } }],
        ...leftOut.map((note): [boolean, PushNote] => [true, note]),
        [link !== null && deployedSince(link, instance), { code: 'instance-deployed-since', params: {} }],
        [instance.hasBasicAuth && !isAtLeast(platform, '2.13.0'), { code: 'restore-breaks-basic-auth', params: {} }],
        [hidden > 0 && !isAtLeast(platform, keepsHiddenSince), { code: 'restore-shows-hidden', params: { count: hidden } }]
    ]
    return all.filter(([applies]) => applies).map(([, note]) => note)
}

/**
 * Whether somebody else deployed on the instance after our last push. A restore of ours counts as a deploy on the platform, so the time
 * that was seen after it is what counts; a link of an older version of this plugin has only the time of the push.
 */
export function deployedSince ({ deployedAt, pushedAt }: StoredLink, instance: Instance): boolean {
    const known = deployedAt === undefined ? pushedAt : deployedAt
    return instance.deployedAt !== null && (known === null || Date.parse(instance.deployedAt) > Date.parse(known))
}
