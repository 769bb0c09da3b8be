import { useEffect, useRef, useState } from 'preact/hooks'
import type { ErrorCode } from '../shared/errors'
import { isAutomatic } from '../shared/names'
import type { Named, PushPreview } from '../shared/requests'
import { changesText } from './changes'
import { openConnectDialog } from './connect-dialog'
import { openDialog } from './dialog'
import { toFailure } from './failure'
import { localTime, nextName } from './names'
import { onEditorEvent } from './node-red'
import { useObservable } from './observable'
import type { Fetched } from './fetched'
import type { PanelModel } from './panel-model'
import { draftOf, newDraft, requestOf, type PushDraft } from './push-draft'
import { PushForm } from './push-form'
import { PushOutcome } from './push-outcome'
import { openTargetDialog } from './target-dialog'
import { t } from './text'

/** What was typed and then left with Escape, for the next time. */
let left: { instanceId: string, draft: PushDraft } | null = null

/**
 * Opens the push to the chosen instance, of what runs or of a local snapshot: the form, or the push that is under way or ended unseen.
 * `wanted`: what is ticked at first.
 */
export function openPushDialog (model: PanelModel, local: Named | null = null, wanted: Partial<PushDraft> = {}): void {
    const { work } = model
    if (work.watched) {
        return
    }
    let cancelled = false
    const cancel = (close: () => void) => {
        cancelled = true
        left = null
        close()
    }
    work.setWatched(true)
    openDialog(t('push.title'), 620, close => <PushDialog model={model} local={work.request === null ? local : sourceOf(model)} wanted={work.request === null ? wanted : {}} close={close} cancel={() => cancel(close)} />, () => {
        work.setWatched(false)
        if (work.failed && work.request !== null && work.request.local === undefined && left === null && !cancelled) {
            left = { instanceId: work.request.instanceId, draft: draftOf(work.request) }
        }
        // What has ended was seen.
        work.clear()
    })
}

/** Refusals of what the dialog showed, because it is another by now. */
const outdated: ErrorCode[] = ['target-changed', 'device-version-unfit', 'device-version-unagreed']

interface PushDialogProps { model: PanelModel, local: Named | null, wanted: Partial<PushDraft>, close: () => void, cancel: () => void }

function PushDialog ({ model, local, wanted, close, cancel }: PushDialogProps) {
    const { work } = model
    useObservable(work)
    const [preview, setPreview] = useState<Fetched<PushPreview>>({ value: null, loading: true, failure: null })
    const [draft, setDraft] = useState(() => ({ ...firstDraft(model, local), ...wanted }))
    const latest = useRef(0)
    const proposed = useRef('')

    /** What somebody typed is left alone. */
    const proposeDescription = ({ changes }: PushPreview) => {
        const description = changes === null ? '' : changesText(changes)
        setDraft(former => former.description === proposed.current ? { ...former, description } : former)
        proposed.current = description
    }

    const loadPreview = async () => {
        const mine = ++latest.current
        setPreview(former => ({ ...former, loading: true, failure: null }))
        const answer = await model.api.preview(local?.id).then(
            value => ({ value, failure: null }),
            (error: unknown) => ({ value: null, failure: toFailure(error) })
        )
        if (mine === latest.current) {
            setPreview({ ...answer, loading: false })
            if (answer.value !== null) {
                proposeDescription(answer.value)
            }
        }
    }
    useEffect(() => {
        void loadPreview()
        return onEditorEvent(['deploy'], () => void loadPreview())
    }, [])
    const { reason } = work
    useEffect(() => {
        if (reason?.kind === 'coded' && outdated.includes(reason.code)) {
            void Promise.all([loadPreview(), model.refresh()])
        }
    }, [reason?.kind === 'coded' && reason.code])

    const change = (part: Partial<PushDraft>) => {
        const changed = { ...draft, ...part }
        setDraft(changed)
        const instanceId = model.state.value?.target?.instance.id
        left = instanceId === undefined || local !== null ? null : { instanceId, draft: changed }
    }
    // A draft may be older than the sign-in.
    const possible = preview.value?.target.restoreRefused ? { ...draft, restore: false } : draft
    const push = () => {
        const { value } = preview
        if (value !== null && !preview.loading) {
            left = null
            void work.start({ ...requestOf(possible, value.target.instance.id, value), ...(local !== null && { local: local.id }) })
        }
    }
    if (work.job?.state === 'done') {
        return <PushOutcome job={work.job} close={close} />
    }
    return (
        <PushForm
            work={work} preview={preview} draft={possible} source={local} server={model.state.value?.connection?.server ?? null}
            target={preview.value?.target ?? model.target.value ?? model.state.value?.target ?? null}
            onChange={change} onPush={push} onReload={() => void loadPreview()} onClose={close} onCancel={cancel}
            onConnect={() => openConnectDialog(model)}
            onChoose={() => {
                close()
                openTargetDialog(model)
            }}
        />
    )
}

/** The local snapshot that is being pushed; null when it is what runs. */
function sourceOf ({ work, local }: PanelModel): Named | null {
    return local.value?.snapshots.find(({ id }) => id === work.request?.local) ?? null
}

function firstDraft ({ work, state, snapshots }: PanelModel, local: Named | null): PushDraft {
    const instanceId = state.value?.target?.instance.id
    if (work.request !== null) {
        return draftOf(work.request)
    }
    if (local !== null && !isAutomatic(local.name)) {
        return newDraft(local.name)
    }
    if (local === null && left !== null && left.instanceId === instanceId) {
        return left.draft
    }
    const taken = new Set(snapshots.value?.snapshots.map(({ name }) => name))
    const counted = state.value?.link ? nextName(state.value.link.name, taken) : null
    const dated = (precision: 'minute' | 'second') => t('push.defaultName', { date: localTime(new Date(), precision) })
    return newDraft(counted ?? (taken.has(dated('minute')) ? dated('second') : dated('minute')))
}
