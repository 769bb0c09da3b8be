import { useEffect, useRef, useState } from 'preact/hooks'
import type { Place } from './compare-side'
import type { ListItem } from './compare-list'
import type { CompareWork } from './compare-work'
import { Button, Icon } from './button'
import type { DrawnMark, FlowDrawing } from './flow-drawing'
import { Loading } from './message'
import type { FlowGroup, FlowRow } from './snapshot-comparison'
import { t } from './text'

/** Whoever goes on before that does not wait for a drawing that nobody looks at. */
const restMs = 150

interface CompareDrawingProps { work: CompareWork, item: ListItem | null, onSelect: (group: FlowGroup, id: string) => void }

/** The flow of the chosen line as both sides have it, side by side, with what differs highlighted. */
export function CompareDrawing ({ work, item, onSelect }: CompareDrawingProps) {
    const wanted = item?.group.flow ?? null
    const [group, setGroup] = useState(wanted)
    useEffect(() => {
        const timer = setTimeout(() => setGroup(wanted), group === null ? 0 : restMs)
        return () => clearTimeout(timer)
    }, [wanted])
    if (wanted === null || wanted.kind === 'global-config' || wanted.kind === 'lost') {
        return <p class="ffs-secondary">{t(item === null ? 'compare.chooseRow' : 'compare.notDrawn')}</p>
    }
    return (
        <div class="ffs-compare-drawings">
            {(['here', 'there'] as const).map(place => group !== null && (
                <Side
                    key={place} work={work} place={place} group={group} row={group === wanted ? item?.row ?? null : null}
                    onSelect={id => onSelect(group, id)}
                />
            ))}
        </div>
    )
}

interface SideProps { work: CompareWork, place: Place, group: FlowGroup, row: FlowRow | null, onSelect: (id: string) => void }

function Side ({ work, place, group, row, onSelect }: SideProps) {
    const host = useRef<HTMLDivElement>(null)
    const drawing = useRef<FlowDrawing | null>(null)
    const [state, setState] = useState<'loading' | 'drawn' | 'absent' | 'failed'>('loading')
    const latest = useRef(onSelect)
    latest.current = onSelect
    useEffect(() => {
        let wanted = true
        setState('loading')
        const draw = async () => {
            const [{ startDrawing }, { calls }] = await Promise.all([import('./flow-drawing'), work.comparison()])
            const nodes = group[place] ? await calls.flow(place, group.id) : []
            if (!wanted || host.current === null) {
                return
            }
            drawing.current?.end()
            drawing.current = nodes.length === 0 ? null : startDrawing(host.current, nodes, { onSelect: id => latest.current(id) })
            drawing.current?.mark(marksOf(group, place))
            drawing.current?.show(group.id)
            setState(nodes.length === 0 ? 'absent' : 'drawn')
        }
        draw().catch(() => wanted && setState('failed'))
        return () => { wanted = false }
    }, [work, group, place])
    useEffect(() => () => drawing.current?.end(), [])
    useEffect(() => void drawing.current?.select(row?.id ?? null), [row, state])
    return (
        <div class="ffs-compare-side">
            <p class="ffs-line">
                <bdi class="ffs-compare-name">{work.nameOf(place)}</bdi>
                {state === 'drawn' && <Zoom zoom={step => drawing.current?.zoom(step)} />}
            </p>
            {state === 'loading' && <Loading text={t('compare.drawing')} />}
            {state === 'absent' && <p class="ffs-secondary">{t('compare.noSuchFlow')}</p>}
            {state === 'failed' && <p class="ffs-problem" role="alert">{t('compare.drawingFailed')}</p>}
            <div ref={host} class="ffs-drawing" role="img" aria-label={t('compare.drawingOf', { name: group.name })} tabIndex={0} hidden={state === 'absent' || state === 'failed'} />
        </div>
    )
}

function Zoom ({ zoom }: { zoom: (step: 'in' | 'out' | 'fit') => void }) {
    return (
        <span class="ffs-buttons">
            {(['in', 'out', 'fit'] as const).map(step => (
                <Button key={step} small title={t(`compareZoom.${step}`)} onClick={() => zoom(step)}><Icon name={icons[step]} /><span class="ffs-hidden-text">{t(`compareZoom.${step}`)}</span></Button>
            ))}
        </span>
    )
}

const icons = { in: 'plus', out: 'minus', fit: 'arrows-alt' }

/** What is highlighted on a side: not what it lacks. */
function marksOf ({ rows }: FlowGroup, place: Place): Map<string, DrawnMark> {
    const absent = place === 'here' ? 'added' : 'deleted'
    return new Map(rows.filter(({ sort }) => sort !== absent).map(({ id, sort }) => [id, sort]))
}
