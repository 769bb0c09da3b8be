import { useEffect, useState } from 'preact/hooks'
import { permissions } from '../shared/permissions'
import type { View } from '../shared/views'
import { Button } from './button'
import { CompareFile } from './compare-file'
import { CompareLocal } from './compare-local'
import { running, type CompareSide, type Place } from './compare-side'
import { openConnectDialog } from './connect-dialog'
import { DialogForm } from './dialog'
import { hasPermission, hasUndeployedEdits } from './node-red'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { PullSnapshots } from './pull-snapshots'
import type { PullSource } from './pull-source'
import type { TeamLists } from './team-lists'
import { t } from './text'
import { UploadTargetChoice } from './upload-target'
import { viewsApi } from './views-api'

const kinds = ['running', 'workspace', 'local', 'remote', 'file'] as const
type Kind = (typeof kinds)[number]

interface ComparePickerProps {
    model: PanelModel
    place: Place
    /** What stands there now, and on the other side. */
    before: CompareSide | null
    other: CompareSide | null
    source: PullSource
    lists: TeamLists
    onChoose: (side: CompareSide) => void
    /** Absent where there is nothing to go back to. */
    onBack: (() => void) | undefined
    close: () => void
}

/** What is to stand on one side: what runs, what is edited, a snapshot from here or from anywhere on FlowFuse, or a file. */
export function ComparePicker ({ model, place, before, other, source, lists, onChoose, onBack, close }: ComparePickerProps) {
    useObservable(source)
    const connected = Boolean(model.state.value?.connection) && !model.isSignedOut
    const mayAct = hasPermission(permissions.act)
    const [kind, setKind] = useState<Kind>(() => firstKind(before, other))
    const [local, setLocal] = useState<string | null>(null)
    const [view, setView] = useState<View | null>(null)
    const offered = kinds.filter(each => (each !== 'remote' || connected) && (each !== 'file' || mayAct))
    const side = chosenSide(model, kind, { local, view, source })
    const connect = () => {
        close()
        openConnectDialog(model)
    }
    const letGo = () => void (view === null ? undefined : viewsApi.letGoOfView(view.id).catch(() => undefined))
    useEffect(() => {
        document.querySelector<HTMLElement>('#ffs-compare-kind')?.focus()
    }, [place])
    return (
        <DialogForm
            onSubmit={() => side !== null && onChoose(side)}
            buttons={<>
                {onBack !== undefined && <Button onClick={() => {
                    letGo()
                    onBack()
                }}>{t('compare.back')}</Button>}
                <Button onClick={() => {
                    letGo()
                    close()
                }}>{t('common.cancel')}</Button>
                <Button primary disabled={side === null}>{t(other === null ? 'compare.next' : 'compare.submit')}</Button>
            </>}
        >
            <div class="ffs-field">
                <label for="ffs-compare-kind">{t(place === 'here' ? 'compare.chooseHere' : 'compare.chooseThere')}</label>
                <select id="ffs-compare-kind" data-first value={kind} onChange={event => {
                    letGo()
                    setView(null)
                    setKind(event.currentTarget.value as Kind)
                }}>
                    {offered.map(each => <option key={each} value={each}>{t(`compareSides.${each}`)}</option>)}
                </select>
                {kind === 'workspace' && <p class="ffs-help">{t(hasUndeployedEdits() ? 'compare.workspaceMeaning' : 'compare.workspaceSame')}</p>}
                {!connected && <p class="ffs-help">{t('compare.notConnected')}</p>}
            </div>
            {kind === 'local' && <CompareLocal model={model} chosen={local} onChoose={setLocal} />}
            {kind === 'remote' && <div class="ffs-columns">
                <UploadTargetChoice
                    model={model} lists={lists} chosen={source.owner?.id ?? null} onConnect={connect}
                    onChoose={owner => owner === null ? source.forget() : source.chooseOwner(owner)}
                />
                <PullSnapshots key={source.owner?.id} source={source} onConnect={connect} />
            </div>}
            {kind === 'file' && <CompareFile view={view} onView={next => {
                if (next?.id !== view?.id) {
                    letGo()
                }
                setView(next)
            }} />}
        </DialogForm>
    )
}

interface Chosen { local: string | null, view: View | null, source: PullSource }

function chosenSide ({ local: { value } }: PanelModel, kind: Kind, chosen: Chosen): CompareSide | null {
    switch (kind) {
    case 'running': return running
    case 'workspace': return { kind: 'workspace' }
    case 'local': {
        const usable = value?.snapshots.filter(({ newer }) => !newer) ?? []
        const snapshot = usable.find(({ id }) => id === chosen.local) ?? usable[0]
        return snapshot === undefined ? null : { kind: 'source', source: { kind: 'local', id: snapshot.id }, name: snapshot.name }
    }
    case 'remote': {
        const { request, snapshot } = chosen.source
        return request === null || snapshot === null ? null : { kind: 'source', source: { kind: 'remote', ...request }, name: snapshot.name }
    }
    case 'file': return chosen.view === null ? null : { kind: 'view', view: chosen.view }
    }
}

/** What stood there, or else what runs here, unless that is on the other side. */
function firstKind (before: CompareSide | null, other: CompareSide | null): Kind {
    const isRunning = (side: CompareSide | null) => side?.kind === 'source' && side.source.kind === 'running'
    if (before === null) {
        return !isRunning(other) ? 'running' : hasUndeployedEdits() ? 'workspace' : 'local'
    }
    return before.kind === 'workspace' ? 'workspace' : before.kind === 'source' ? before.source.kind : 'file'
}
