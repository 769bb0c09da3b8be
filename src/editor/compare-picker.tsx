import { useLayoutEffect, useState } from 'preact/hooks'
import { permissions } from '../shared/permissions'
import { Button } from './button'
import { CompareFile } from './compare-file'
import { CompareLocal } from './compare-local'
import { running, type CompareSide, type Place } from './compare-side'
import { openConnectDialog } from './connect-dialog'
import { DialogForm } from './dialog'
import { type Failure, toFailure } from './failure'
import { FailureMessage } from './message'
import { hasPermission } from './node-red'
import { hasUndeployedEdits } from './node-red-flows'
import { useObservable } from './observable'
import type { OpenedFile } from './opened-file'
import type { PanelModel } from './panel-model'
import { PullSnapshots } from './pull-snapshots'
import type { PullSource } from './pull-source'
import type { TeamLists } from './team-lists'
import { shortened, t } from './text'
import { UploadTargetChoice } from './upload-target'

const kinds = ['running', 'workspace', 'local', 'remote', 'file'] as const
type Kind = (typeof kinds)[number]

interface ComparePickerProps {
    model: PanelModel
    place: Place
    /** What stands there now, and on the other side. */
    before: CompareSide | null
    other: CompareSide | null
    /** '' for none. */
    otherName: string
    source: PullSource
    opened: OpenedFile
    lists: TeamLists
    onChoose: (side: CompareSide) => void
    /** Absent where there is nothing to go back to. */
    onBack: (() => void) | undefined
    close: () => void
}

/** What is to stand on one side: what runs, what is edited, a snapshot from here or from anywhere on FlowFuse, or a file. */
export function ComparePicker ({ model, place, before, other, otherName, source, opened, lists, onChoose, onBack, close }: ComparePickerProps) {
    useObservable(source)
    useObservable(opened)
    const connected = Boolean(model.state.value?.connection) && !model.isSignedOut
    const mayAct = hasPermission(permissions.act)
    const [kind, setKind] = useState<Kind>(() => firstKind(before, other))
    const [local, setLocal] = useState<string | null>(null)
    const [failure, setFailure] = useState<Failure | null>(null)
    const offered = kinds.filter(each => (each !== 'remote' || connected) && (each !== 'file' || mayAct))
    const side = chosenSide(model, kind, { local, source, opened })
    const connect = () => {
        close()
        openConnectDialog(model)
    }
    const choose = async () => {
        try {
            // A file is held until somebody takes it over.
            const chosen = side?.kind === 'view' ? { ...side, view: await opened.give() } : side
            if (chosen !== null) {
                onChoose(chosen)
            }
        } catch (error) {
            setFailure(toFailure(error))
        }
    }
    useLayoutEffect(() => {
        document.querySelector<HTMLElement>('#ffs-compare-kind')?.focus()
    }, [place])
    return (
        <DialogForm
            onSubmit={() => void choose()}
            foot={<div class="ffs-dialog-foot">{failure !== null && <FailureMessage failure={failure} />}</div>}
            buttons={<>
                {onBack !== undefined && <Button onClick={onBack}>{t('compare.back')}</Button>}
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={side === null}>{t(other === null ? 'compare.next' : 'compare.submit')}</Button>
            </>}
        >
            <div class="ffs-field">
                <label for="ffs-compare-kind">{chooseText(place, otherName)}</label>
                <select id="ffs-compare-kind" data-first value={kind} onChange={event => setKind(event.currentTarget.value as Kind)}>
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
            {kind === 'file' && <CompareFile opened={opened} />}
        </DialogForm>
    )
}

function chooseText (place: Place, other: string): string {
    const name = shortened(other, 60)
    if (other === '') {
        return t('compare.chooseHere')
    }
    return t(place === 'here' ? 'compare.chooseOlder' : 'compare.chooseNewer', { name })
}

interface Chosen { local: string | null, source: PullSource, opened: OpenedFile }

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
    case 'file': return chosen.opened.view === null || chosen.opened.loading ? null : { kind: 'view', view: chosen.opened.view, reopen: chosen.opened.reopener() }
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
