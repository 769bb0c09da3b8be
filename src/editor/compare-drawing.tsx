import { useEffect, useState } from 'preact/hooks'
import type { FlowNode } from '../snapshot/model'
import type { ListItem } from './compare-list'
import type { Place } from './compare-side'
import type { CompareWork } from './compare-work'
import { DrawingPane } from './drawing-pane'
import type { DrawnMark } from './flow-drawing'
import type { FlowGroup, FlowRow } from './snapshot-comparison'
import { t } from './text'

/** Whoever goes on before that, as by a key that is held down, waits for no drawing. */
const restMs = 150

interface CompareDrawingProps { work: CompareWork, item: ListItem | null, onSelect: (group: FlowGroup, id: string) => void }

/** The flow of the chosen line as both sides have it, side by side, with what differs highlighted. */
export function CompareDrawing ({ work, item, onSelect }: CompareDrawingProps) {
    const wanted = item?.group.flow ?? null
    const [group, setGroup] = useState(wanted)
    useEffect(() => {
        const timer = setTimeout(() => setGroup(wanted), group === null ? 0 : restMs)
        return () => clearTimeout(timer)
    }, [item])
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
    const [drawn, setDrawn] = useState<{ group: FlowGroup, nodes: FlowNode[], marks: Map<string, DrawnMark> } | null>(null)
    useEffect(() => {
        let wanted = true
        // What fails is said for the comparison as a whole.
        work.ask(async calls => await calls.flow(place, group.id)).then(async nodes => {
            // One after the other, each in a frame of its own.
            await (place === 'here' ? undefined : new Promise(resolve => requestAnimationFrame(resolve)))
            if (wanted) {
                setDrawn({ group, nodes, marks: marksOf(group, place) })
            }
        }).catch(() => undefined)
        return () => { wanted = false }
    }, [work, group, place])
    return (
        <div class="ffs-compare-side">
            <p class="ffs-compare-name"><bdi>{work.nameOf(place)}</bdi></p>
            {drawn !== null && drawn.nodes.length === 0 && <p class="ffs-secondary">{t('compare.noSuchFlow')}</p>}
            {drawn !== null && drawn.nodes.length > 0 && <DrawingPane
                nodes={drawn.nodes} flow={drawn.group.id} label={drawn.group.name} marks={drawn.marks} selected={row?.id ?? null} onSelect={onSelect}
            />}
        </div>
    )
}

/** What is highlighted on a side: not what it lacks. */
function marksOf ({ rows }: FlowGroup, place: Place): Map<string, DrawnMark> {
    const absent = place === 'here' ? 'added' : 'deleted'
    return new Map(rows.filter(({ sort }) => sort !== absent).map(({ id, sort }) => [id, sort]))
}
