import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { FlowNode } from '../snapshot/model'
import { Button, Icon } from './button'
import { countDrawn, mostDrawnUnasked } from './drawn-count'
import { toFailure } from './failure'
import type { DrawnMark, FlowDrawing } from './flow-drawing'
import { Loading, Message } from './message'
import { t } from './text'

interface DrawingPaneProps {
    nodes: readonly FlowNode[]
    /** The tab or subflow that is drawn. */
    flow: string
    /** What it is called, for those who hear the page. */
    label: string
    marks?: ReadonlyMap<string, DrawnMark>
    selected: string | null
    onSelect: (id: string) => void
}

/** Long enough for the page to show that something goes on. */
const beforeLargeMs = 60

const noMarks: ReadonlyMap<string, DrawnMark> = new Map()

/** One flow as a drawing, with its zoom. What draws it is loaded when the first is shown. */
export function DrawingPane ({ nodes, flow, label, marks = noMarks, selected, onSelect }: DrawingPaneProps) {
    const host = useRef<HTMLDivElement>(null)
    const select = useRef(onSelect)
    select.current = onSelect
    const [drawing, setDrawing] = useState<FlowDrawing | null>(null)
    const [state, setState] = useState<'loading' | 'failed' | 'drawn'>('loading')
    const [tries, setTries] = useState(0)
    const count = useMemo(() => countDrawn(nodes, flow), [nodes, flow])
    const [wanted, setWanted] = useState<readonly FlowNode[] | null>(null)
    const isLarge = count > mostDrawnUnasked
    const isHeld = isLarge && wanted !== nodes
    useEffect(() => {
        setState('loading')
        let ended = false
        let started: FlowDrawing | null = null
        import('./flow-drawing').then(({ startDrawing }) => {
            if (!ended && host.current !== null) {
                started = startDrawing(host.current, [], { onSelect: id => select.current(id) })
                setDrawing(started)
            }
        }).catch((error: unknown) => setState(toFailure(error) === null ? 'loading' : 'failed'))
        return () => {
            ended = true
            started?.end()
        }
    }, [tries])
    useLayoutEffect(() => {
        if (drawing === null) {
            return
        }
        const show = () => {
            drawing.show(flow)
            setState('drawn')
        }
        drawing.replace(nodes)
        if (!isLarge) {
            show()
        } else if (!isHeld) {
            // Nothing else goes on while it is drawn: that is said first, and whoever leaves before it begins waits for nothing.
            setState('loading')
            const timer = setTimeout(show, beforeLargeMs)
            return () => clearTimeout(timer)
        }
    }, [drawing, nodes, flow, isLarge, isHeld])
    useLayoutEffect(() => drawing?.mark(marks), [drawing, nodes, flow, marks])
    useLayoutEffect(() => void drawing?.select(selected), [drawing, nodes, flow, selected])
    return (
        <div class="ffs-drawing-pane">
            {isHeld && state !== 'failed' && <Message look="info">
                <p>{t('view.large')}</p>
                <p><Button small onClick={() => setWanted(nodes)}>{t('view.drawLarge', { count })}</Button></p>
            </Message>}
            {!isHeld && state === 'loading' && <Loading text={t('view.drawing')} />}
            {state === 'failed' && <Message look="error">
                <p>{t('view.drawingFailed')}</p>
                <p><Button small onClick={() => setTries(tries + 1)}>{t('common.retry')}</Button></p>
            </Message>}
            <div class="ffs-drawing" ref={host} tabIndex={0} role="group" aria-label={t('view.drawingOf', { name: label })} />
            {!isHeld && state === 'drawn' && <div class="ffs-drawing-tools">
                <Tool icon="search-minus" label={t('view.zoomOut')} run={() => drawing?.zoom('out')} />
                <Tool icon="expand" label={t('view.zoomFit')} run={() => drawing?.zoom('fit')} />
                <Tool icon="search-plus" label={t('view.zoomIn')} run={() => drawing?.zoom('in')} />
            </div>}
        </div>
    )
}

function Tool ({ icon, label, run }: { icon: string, label: string, run: () => void }) {
    return <button type="button" class="red-ui-button red-ui-button-small" title={label} aria-label={label} onClick={run}><Icon name={icon} /></button>
}
