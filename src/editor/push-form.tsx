import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Named, PushPreview, Target, TargetNames } from '../shared/requests'
import { Button } from './button'
import { DialogForm } from './dialog'
import { coded } from './failure'
import { InstanceState } from './instance-state'
import { FailureMessage, Loading, Message } from './message'
import { onEditorEvent } from './node-red'
import { deploy, hasUndeployedEdits } from './node-red-flows'
import type { Fetched } from './fetched'
import { PushContents } from './push-contents'
import { PushDevices } from './push-devices'
import { isComplete, isImport, type PushDraft } from './push-draft'
import { PushModules } from './push-modules'
import { PushNames } from './push-names'
import { PushProgress } from './push-progress'
import { PushRestore } from './push-restore'
import { PushSettings } from './push-settings'
import { PushVariables } from './push-variables'
import type { PushWork } from './push-work'
import { pathOf } from './target'
import { shortened, t } from './text'

interface PushFormProps {
    work: PushWork
    preview: Fetched<PushPreview>
    draft: PushDraft
    /** The local snapshot that is pushed; null for what runs. */
    source: Named | null
    /** Where a token is made. */
    server: string | null
    target: Target | TargetNames | null
    onChange: (part: Partial<PushDraft>) => void
    onPush: () => void
    onReload: () => void
    onClose: () => void
    onCancel: () => void
    onConnect: () => void
    onChoose: () => void
}

/** The push before it is done: filled in, under way, or failed and ready to be tried again. */
export function PushForm (props: PushFormProps) {
    const { work, preview, draft, onChange } = props
    const { value } = preview
    const refused = value?.target.pushRefused ?? null
    const tooLarge = value?.tooLarge ?? null
    const ready = value !== null && !preview.loading && refused === null && tooLarge === null && isComplete(draft, value.devices)
    return (
        <DialogForm
            busy={work.running}
            onSubmit={() => {
                if (ready && !work.running) {
                    props.onPush()
                }
            }}
            foot={<div class="ffs-dialog-foot">
                <PushProgress work={work} onConnect={props.onConnect} onChoose={props.onChoose} />
            </div>}
            buttons={work.running
                ? <>
                    {(work.cancellable || work.cancelling) && <Button disabled={work.cancelling} onClick={() => void work.cancel()}>
                        {t(work.cancelling ? 'push.cancelling' : 'push.cancel')}
                    </Button>}
                    <Button onClick={props.onClose}>{t('push.hide')}</Button>
                </>
                : <>
                    <Button onClick={props.onCancel}>{t('common.cancel')}</Button>
                    <Button primary disabled={!ready} title={draft.name}>{submitLabel(draft)}</Button>
                </>}
        >
            <fieldset class="ffs-fields" disabled={work.running}>
                <PushTarget target={props.target} />
                {props.source !== null && <PushSource source={props.source} />}
                {refused !== null && <FailureMessage failure={coded(refused)} choose={props.onChoose} />}
                <PushNames draft={draft} onChange={onChange} />
                {props.source === null && <UndeployedEdits />}
                {value === null && preview.loading && <Loading text={t('push.loading')} />}
                {preview.failure !== null && <FailureMessage
                    failure={preview.failure} retry={props.onReload} connect={props.onConnect} choose={props.onChoose}
                />}
                {tooLarge !== null && <FailureMessage failure={coded(tooLarge)} />}
                {value !== null && <>
                    <PushContents preview={value} reloading={preview.loading} addsModules={draft.addModules && value.addModulesRefused === null} />
                    <PushModules preview={value} draft={draft} onChange={onChange} />
                    <PushVariables
                        variables={value.variables} imported={isImport(draft, value)} draft={draft} onChange={onChange}
                    />
                    <PushSettings preview={value} draft={draft} onChange={onChange} />
                    <PushDevices preview={value} draft={draft} onChange={onChange} />
                    <PushRestore preview={value} draft={draft} server={props.server} onChange={onChange} />
                </>}
            </fieldset>
        </DialogForm>
    )
}

function PushTarget ({ target }: { target: Target | TargetNames | null }) {
    if (target === null) {
        return null
    }
    return (
        <div class="ffs-pair">
            <span class="ffs-pair-label">{t('push.to')}</span>
            <span class="ffs-pair-value ffs-wrap">{pathOf(target)} {'state' in target.instance && <InstanceState state={target.instance.state} />}</span>
        </div>
    )
}

function PushSource ({ source }: { source: Named }) {
    return (
        <div class="ffs-pair">
            <span class="ffs-pair-label">{t('push.from')}</span>
            <span class="ffs-pair-value ffs-wrap">{t('push.source', { name: source.name })}</span>
        </div>
    )
}

/** Says that the editor holds edits which are not running, and so are not pushed. */
function UndeployedEdits () {
    const [dirty, setDirty] = useState(hasUndeployedEdits)
    const after = useRef<HTMLParagraphElement>(null)
    const deployed = useRef(false)
    useLayoutEffect(() => onEditorEvent(['workspace:dirty', 'deploy'], () => setDirty(hasUndeployedEdits())), [])
    useLayoutEffect(() => {
        // The button that had the focus is gone.
        if (!dirty && deployed.current) {
            after.current?.focus()
        }
    }, [dirty])
    if (!dirty) {
        return deployed.current ? <p class="ffs-secondary" role="status" tabIndex={-1} ref={after}>{t('push.deployed')}</p> : null
    }
    const run = () => {
        deployed.current = true
        deploy()
    }
    return (
        <Message look="warning">
            <p class="ffs-line"><span>{t('push.undeployed')}</span> <Button small onClick={run}>{t('push.deploy')}</Button></p>
        </Message>
    )
}

function submitLabel ({ name, restore }: PushDraft): string {
    const shown = shortened(name.trim(), 40)
    if (shown === '') {
        return t('push.open')
    }
    return restore ? t('push.submitAndRestore', { name: shown }) : t('push.submit', { name: shown })
}
