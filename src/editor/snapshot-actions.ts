/** The items of the menus that open what is loaded only then: looking at snapshots, comparing them, files. */
import { refusal } from '../shared/abilities'
import type { ErrorAnswer } from '../shared/errors'
import { permissions } from '../shared/permissions'
import type { SnapshotSummary, TargetNames } from '../shared/requests'
import type { ViewSource } from '../shared/views'
import { actionItems } from './action-items'
import type { CompareSide } from './compare-side'
import { coded, failureSentence } from './failure'
import { openLater } from './later'
import type { MenuItem } from './menu-button'
import { hasPermission } from './node-red'
import type { PanelModel } from './panel-model'
import type { PullOwner } from './pull-source'
import { listed, t } from './text'

/** What can be done with a snapshot on FlowFuse, with what the sign-in does not allow and why. */
export function remoteActions (model: PanelModel, target: TargetNames, snapshot: SnapshotSummary): MenuItem[] {
    const { instance: { id, name } } = target
    return [...ownerActions(model, { kind: 'instance', id, name }, snapshot), ...actionItems(model, target, snapshot)]
}

/** What changes nothing on FlowFuse: looking at a snapshot of an instance or a device, comparing and pulling it, its file. */
export function ownerActions (model: PanelModel, owner: PullOwner, snapshot: SnapshotSummary): MenuItem[] {
    const source: ViewSource = { kind: 'remote', owner: { kind: owner.kind, id: owner.id }, snapshot: snapshot.id }
    const [reading, exporting] = [readingRefused(model), exportRefused(model)]
    return [
        ...lookingActions(model, source, snapshot.name).map(item => ({ ...item, refused: reading })),
        ...hasPermission(permissions.act) ? [
            { label: t('pull.open'), run: () => openLater(async () => (await import('./pull-dialog')).openPullDialog(model, snapshot, owner)) },
            { ...downloadAction(model, source, snapshot.name), refused: exporting }
        ] : []
    ]
}

/** What can be done with what runs here. */
export function hereActions (model: PanelModel): MenuItem[] {
    const source: ViewSource = { kind: 'running' }
    const mayAct = hasPermission(permissions.act)
    const notOpened = mayAct ? undefined : t('file.mayNotOpen', { permissions: listed(permissions.act) })
    return !hasPermission(permissions.view) ? [] : [
        { label: t('view.openRunning'), run: () => openLater(async () => (await import('./view-dialog')).openView(model, { source, name: '' })) },
        { label: t('compare.open'), run: () => openLater(async () => (await import('./compare-dialog')).openCompare(model)) },
        { label: t('file.open'), run: () => openLater(async () => (await import('./open-file')).openFile(model)), refused: notOpened },
        ...mayAct ? [{ ...downloadAction(model, source, t('view.titleRunning')), label: t('view.downloadRunning') }] : []
    ]
}

/** What everybody may do who may see flows. */
export function lookingActions (model: PanelModel, source: ViewSource, name: string): MenuItem[] {
    return !hasPermission(permissions.view) ? [] : [
        { label: t('view.open'), run: () => openLater(async () => (await import('./view-dialog')).openView(model, { source, name })) },
        { label: t('compare.open'), run: () => compareWithHere(model, { kind: 'source', source, name }) }
    ]
}

export function downloadAction (model: PanelModel, source: ViewSource, name: string): MenuItem {
    return { label: t('download.open'), run: () => openLater(async () => (await import('./download-dialog')).openDownload(model, source, name)) }
}

/** At first with what runs here, as the newer side; both can be changed there. */
export function compareWithHere (model: PanelModel, one: CompareSide): void {
    openLater(async () => (await import('./compare-dialog')).openCompare(model, { one, other: { kind: 'source', source: { kind: 'running' }, name: '' } }))
}

/** Why the flows of the target's snapshots can't be read, as far as it is known; what a read-only token may read counts. */
function readingRefused (model: PanelModel): string | undefined {
    const standing = standingOf(model)
    const refused = standing === null ? null : refusal('export', standing)
    return refused === null || standing === null || refusal('readContent', standing) === null ? undefined : sentence(refused)
}

function exportRefused (model: PanelModel): string | undefined {
    const standing = standingOf(model)
    const refused = standing === null ? null : refusal('export', standing)
    return refused === null ? undefined : sentence(refused)
}

/** What a sign-in's abilities in the target's team depend on; null while that is not known. */
export function standingOf ({ state, target }: PanelModel): Parameters<typeof refusal>[1] | null {
    const connection = state.value?.connection
    return connection && target.value !== null ? { team: target.value.team, kind: connection.signIn, version: connection.platformVersion } : null
}

function sentence (refused: ErrorAnswer): string {
    return failureSentence(coded(refused))
}
