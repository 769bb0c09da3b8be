import { useLayoutEffect, useState } from 'preact/hooks'
import { permissions } from '../shared/permissions'
import { Button, Icon } from './button'
import { DialogForm, inTopDialog, isFocusLost, openDialog } from './dialog'
import { type Failure, toFailure } from './failure'
import { FileSecret } from './file-secret'
import { KeepView } from './keep-view'
import { openLater } from './later'
import { FailureMessage, Loading } from './message'
import { hasPermission } from './node-red'
import { useObservable } from './observable'
import { OpenedFile } from './opened-file'
import type { PanelModel } from './panel-model'
import { Pair } from './restore-contents'
import { compareWithHere } from './snapshot-actions'
import { shortened, t } from './text'
import { openView } from './view-dialog'
import { ViewHead } from './view-head'

/** Opens a file of this computer: a snapshot, or exported flows. Then it is viewed, compared, pulled, kept or uploaded. */
export function openFile (model: PanelModel): void {
    const opened = new OpenedFile(model.api)
    openDialog(t('file.title'), 640, close => <FileDialog model={model} opened={opened} close={close} />, () => opened.end())
}

interface FileDialogProps { model: PanelModel, opened: OpenedFile, close: () => void }

function FileDialog ({ model, opened, close }: FileDialogProps) {
    useObservable(opened)
    const { file, view, loading, failure } = opened
    const again = file === null || !opened.isWorthATry ? undefined : () => void opened.open(file)
    const [keeping, setKeeping] = useState(false)
    useFocusOnPage(view === null ? 'choice' : keeping ? 'keep' : 'file', loading)
    if (view !== null && keeping) {
        return <KeepView model={model} opened={opened} view={view} onBack={() => setKeeping(false)} close={close} />
    }
    const look = () => {
        if (view !== null) {
            openView(model, { name: view.name, open: opened.opener() })
        }
    }
    return (
        <DialogForm
            onSubmit={look} busy={loading}
            foot={<div class="ffs-dialog-foot">
                {failure !== null && <FailureMessage failure={failure} retry={again} />}
                {loading && view === null && <Loading text={t('file.opening')} />}
            </div>}
            buttons={<>
                {view !== null && <Button onClick={() => opened.back()}>{t('file.other')}</Button>}
                <Button onClick={close}>{t('common.close')}</Button>
                <Button primary first={view !== null} disabled={view === null}>{view === null ? t('file.viewUnknown') : t('file.view', { name: shortened(view.name, 40) })}</Button>
            </>}
        >
            {view === null && <FileDrop busy={loading} onFile={chosen => void opened.open(chosen)} />}
            {view !== null && <>
                <Pair label={t('file.snapshot')}>
                    <p><strong class="ffs-wrap" dir="auto">{view.name}</strong></p>
                    <ViewHead view={view} />
                </Pair>
                {opened.isSealed && <OpenedFileSecret opened={opened} />}
                <FileActions model={model} opened={opened} onKeep={() => setKeeping(true)} />
            </>}
        </DialogForm>
    )
}

/** What is the next thing to do on each page of the dialog. */
const firsts = { choice: 'input[type=file]', file: 'button.primary', keep: '.ffs-dialog-body input' }

/** What had the focus is gone with its page, or off while the file is opened. */
function useFocusOnPage (page: keyof typeof firsts, loading: boolean): void {
    useLayoutEffect(() => inTopDialog(firsts[page])?.focus(), [page])
    useLayoutEffect(() => {
        if (!loading && isFocusLost()) {
            inTopDialog(firsts[page])?.focus()
        }
    }, [page, loading])
}

/** Where a file is chosen, or dropped. */
export function FileDrop ({ busy, onFile }: { busy: boolean, onFile: (file: File) => void }) {
    const [over, setOver] = useState(false)
    const drop = (event: DragEvent) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        const [file] = event.dataTransfer?.files ?? []
        if (file !== undefined && !busy) {
            onFile(file)
        }
    }
    const drag = (event: DragEvent) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(true)
    }
    return (
        <label class={`ffs-drop${over ? ' ffs-drop-over' : ''}`} onDragEnter={drag} onDragOver={drag} onDragLeave={() => setOver(false)} onDrop={drop}>
            <Icon name="file-o" />
            <span>{t('file.choose')}</span>
            <span class="ffs-secondary">{t('file.meaning')}</span>
            <input
                type="file" accept=".json,application/json" data-first disabled={busy} class="ffs-hidden-text" onKeyDown={event => {
                    if (event.key === 'Enter') {
                        event.preventDefault()
                        event.currentTarget.click()
                    }
                }} onChange={event => {
                    const [file] = event.currentTarget.files ?? []
                    event.currentTarget.value = ''
                    if (file !== undefined) {
                        onFile(file)
                    }
                }}
            />
        </label>
    )
}

/** The secret of an opened file. */
export function OpenedFileSecret ({ opened }: { opened: OpenedFile }) {
    const { loading, secretFailure } = opened
    return <FileSecret meaning={t('file.secretMeaning')} busy={loading} failure={secretFailure} give={async secret => await opened.giveSecret(secret)} />
}

interface FileActionsProps { model: PanelModel, opened: OpenedFile, onKeep: () => void }

/** What can be done with an opened file besides viewing it. */
function FileActions ({ model, opened, onKeep }: FileActionsProps) {
    const [failure, setFailure] = useState<Failure | null>(null)
    const mayAct = hasPermission(permissions.act)
    const { loading } = opened
    const run = (action: () => Promise<void>) => () => {
        setFailure(null)
        action().catch((error: unknown) => setFailure(toFailure(error)))
    }
    const pull = () => {
        const open = opened.opener()
        openLater(async () => (await import('./pull-dialog')).openPullOfView(model, async () => ({ view: (await open()).id })))
    }
    const upload = async () => {
        const [view, reopen] = [await opened.give(), opened.reopener()]
        openLater(async () => (await import('./upload-dialog')).openUpload(model, view, reopen))
    }
    const compare = async () => compareWithHere(model, { kind: 'view', view: await opened.give(), reopen: opened.reopener() })
    return (
        <>
            <div class="ffs-buttons">
                <Button disabled={loading} onClick={run(compare)}>{t('compare.open')}</Button>
                {mayAct && <Button disabled={loading} onClick={pull}>{t('pull.open')}</Button>}
                {mayAct && <Button disabled={loading} onClick={onKeep}>{t('file.keep')}</Button>}
                {mayAct && Boolean(model.state.value?.connection) && <Button disabled={loading} onClick={run(upload)}>{t('upload.open')}</Button>}
            </div>
            {failure !== null && <FailureMessage failure={failure} />}
        </>
    )
}
