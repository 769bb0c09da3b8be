import { useEffect, useState } from 'preact/hooks'
import { Button } from './button'
import { copyText } from './copy-text'
import { CompareResult } from './compare-result'
import { everything, listItems } from './compare-list'
import { ComparePicker } from './compare-picker'
import { CompareSides } from './compare-sides'
import type { CompareSide, Place } from './compare-side'
import { asText } from './compare-text'
import { startCompareThread } from './compare-thread'
import { CompareWork, isAlive, type ComparedSnapshots } from './compare-work'
import { openConnectDialog } from './connect-dialog'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage, Loading, Message } from './message'
import { isEditing, onAnyDeploy, workspaceFlows } from './node-red-flows'
import { useObservable } from './observable'
import { OpenedFile } from './opened-file'
import type { PanelModel } from './panel-model'
import { PullSource } from './pull-source'
import { TeamLists } from './team-lists'
import { t } from './text'

/**
 * Opens a comparison: `one` is the older side, `other` the newer one. What is not given is asked for; two that are given are compared at
 * once.
 */
export function openCompare (model: PanelModel, { one, other }: { one?: CompareSide, other?: CompareSide } = {}): void {
    const work = new CompareWork(model.api, startCompareThread, workspaceFlows)
    if (one !== undefined) {
        void work.choose('here', one)
    }
    if (other !== undefined) {
        void work.choose('there', other)
    }
    openDialog(t('compare.title'), 1100, close => <CompareDialog model={model} work={work} close={close} />, () => work.end())
}

function CompareDialog ({ model, work, close }: { model: PanelModel, work: CompareWork, close: () => void }) {
    useObservable(work)
    const [asked, setAsked] = useState<Place | null>(null)
    const [lists] = useState(() => new TeamLists(model.api))
    const [sources] = useState(() => ({ here: new PullSource(model.api), there: new PullSource(model.api) }))
    const [files] = useState(() => ({ here: new OpenedFile(model.api), there: new OpenedFile(model.api) }))
    useEffect(() => () => {
        files.here.end()
        files.there.end()
    }, [files])
    const { here, there } = work
    const place = asked ?? (here.side === null ? 'here' : there.side === null ? 'there' : null)
    const connect = () => {
        close()
        openConnectDialog(model)
    }
    if (place !== null) {
        return <ComparePicker
            key={place} model={model} place={place} before={work[place].side}
            other={work[place === 'here' ? 'there' : 'here'].side} otherName={work.nameOf(place === 'here' ? 'there' : 'here')}
            source={sources[place]} opened={files[place]} lists={lists} close={close}
            onBack={here.side !== null && there.side !== null ? () => setAsked(null) : undefined}
            onChoose={side => {
                setAsked(null)
                void work.choose(place, side)
            }}
        />
    }
    return <Comparison work={work} onChange={setAsked} onConnect={connect} close={close} />
}

interface ComparisonProps { work: CompareWork, onChange: (place: Place) => void, onConnect: () => void, close: () => void }

function Comparison ({ work, onChange, onConnect, close }: ComparisonProps) {
    const { compared, comparing, failure, here, there } = work
    const [stale, setStale] = useState(false)
    useDeploys(work, () => setStale(true))
    return (
        <DialogForm
            onSubmit={() => undefined} busy={comparing || here.loading || there.loading}
            buttons={<>
                {compared !== null && !compared.equal && <CopyAll work={work} compared={compared} />}
                <Button first onClick={close}>{t('common.close')}</Button>
            </>}
        >
            <CompareSides work={work} onChange={onChange} onConnect={onConnect} />
            {stale && <Message look="info"><p class="ffs-line"><span>{t('compare.deployed')}</span> <Button small onClick={() => {
                setStale(false)
                void work.again()
            }}>{t('compare.again')}</Button></p></Message>}
            {[here, there].some(({ side }) => side?.kind === 'workspace') && isEditing() && <Message look="warning"><p>{t('compare.editing')}</p></Message>}
            {comparing && <Loading text={t('compare.comparing')} />}
            {failure !== null && <FailureMessage failure={failure} retry={() => void work.again()} />}
            {compared !== null && <CompareResult work={work} compared={compared} />}
        </DialogForm>
    )
}

/** What runs here is another one after a deploy; it is said once it matters. */
function useDeploys (work: CompareWork, onOther: () => void): void {
    useEffect(() => onAnyDeploy(deployed => {
        const shown = [work.here, work.there].filter(({ side }) => isAlive(side)).map(({ view }) => view?.revision)
        if (deployed !== undefined && shown.some(revision => revision !== undefined && revision !== deployed)) {
            onOther()
        }
    }), [work])
}

/** Of so many rows a text tells what exactly is different; of those after them it tells that they are. */
const mostDetailed = 2000

function CopyAll ({ work, compared }: { work: CompareWork, compared: ComparedSnapshots }) {
    const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null)
    const copy = async () => {
        const items = listItems(compared, everything, new Set())
        const rows = items.flatMap(({ row }) => row === null ? [] : [row])
        const asked = rows.slice(0, mostDetailed).map(({ here, there }) => ({ here, there }))
        const details = await work.ask(async calls => await calls.detailsOf(asked))
        const names = { here: work.nameOf('here'), there: work.nameOf('there') }
        setOutcome(await copyFromPage(asText(names, compared, items, details)) ? 'copied' : 'failed')
    }
    return (
        <>
            <span class="ffs-secondary" role="status">{outcome !== null && t(outcome === 'copied' ? 'compare.copied' : 'compare.copyFailed')}</span>
            <Button onClick={() => void copy().catch(() => setOutcome('failed'))}>{t('compare.copy')}</Button>
        </>
    )
}

/** Where the page has no clipboard of its own, a field inside of the dialog is copied, which may have the focus. */
async function copyFromPage (text: string): Promise<boolean> {
    const focused = document.activeElement
    const field = document.createElement('textarea')
    field.className = 'ffs-hidden-text'
    field.value = text
    document.querySelector('.ffs-dialog')?.append(field)
    const copied = await copyText(field)
    field.remove()
    if (focused instanceof HTMLElement) {
        focused.focus()
    }
    return copied
}
