import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './button'
import { stepFrom, type ListItem } from './compare-list'
import { groupName, groupText, partText, rowName, rowText } from './compare-text'
import { t } from './text'

/** As the style sheet has it, in pixels. */
export const rowHeight = 27
const overlap = 8

interface CompareRowsProps {
    items: readonly ListItem[]
    /** Place of the chosen line; -1 for none. */
    at: number
    onChoose: (at: number) => void
    onFold: (key: string) => void
}

/**
 * The lines of a comparison as one list, of which only those in sight are drawn. Up and Down go from line to line, Left and Right fold
 * a group.
 */
export function CompareRows ({ items, at, onChoose, onFold }: CompareRowsProps) {
    const root = useRef<HTMLDivElement>(null)
    const [seen, setSeen] = useState({ top: 0, height: 400 })
    const look = () => {
        const { scrollTop: top = 0, clientHeight: height = 0 } = root.current ?? {}
        if (top !== seen.top || height !== seen.height) {
            setSeen({ top, height })
        }
    }
    useLayoutEffect(() => {
        const list = root.current
        if (list !== null && at >= 0) {
            const top = at * rowHeight
            const room = Math.max(list.clientHeight - rowHeight, 0)
            list.scrollTop = Math.min(Math.max(list.scrollTop, top - room), top)
        }
        look()
    }, [at, items])
    const key = (event: KeyboardEvent) => {
        const to = placeAfter(event.key, items, at)
        const head = groupPlace(items, at)
        const group = items[head]
        if (to !== null) {
            onChoose(to)
        } else if (event.key === 'ArrowLeft' && group?.head && !group.folded) {
            onChoose(head)
            onFold(group.key)
        } else if (event.key === 'ArrowRight' && group?.head && group.folded) {
            onFold(group.key)
        } else {
            return
        }
        event.preventDefault()
    }
    const first = Math.max(Math.floor(seen.top / rowHeight) - overlap, 0)
    const shown = items.slice(first, first + Math.ceil(seen.height / rowHeight) + 2 * overlap)
    return (
        <div
            ref={root} class="ffs-compare-rows" role="listbox" tabIndex={0} aria-label={t('compare.changes')} onScroll={look} onKeyDown={key}
            aria-activedescendant={at < 0 ? undefined : `ffs-compare-${at}`}
        >
            <div style={{ height: `${items.length * rowHeight}px`, paddingTop: `${first * rowHeight}px` }} role="presentation">
                {shown.map((item, index) => (
                    <Row
                        key={item.key} item={item} place={first + index} count={items.length} chosen={first + index === at}
                        onChoose={onChoose} onFold={onFold}
                    />
                ))}
            </div>
        </div>
    )
}

const signs = { added: 'plus', deleted: 'minus', changed: 'pencil', moved: 'arrows' }

interface RowProps extends Pick<CompareRowsProps, 'onChoose' | 'onFold'> { item: ListItem, place: number, count: number, chosen: boolean }

function Row ({ item, place, count, chosen, onChoose, onFold }: RowProps) {
    const sort = item.head ? null : item.row?.sort ?? item.part?.change ?? 'changed'
    const classes = ['ffs-compare-row', item.head ? 'ffs-compare-head' : `ffs-change-${sort}`, chosen && 'ffs-compare-chosen']
    const click = () => {
        onChoose(place)
        if (item.head) {
            onFold(item.key)
        }
    }
    return (
        <div
            id={`ffs-compare-${place}`} class={classes.filter(Boolean).join(' ')} role="option"
            aria-selected={chosen} aria-posinset={place + 1} aria-setsize={count} onClick={click}
        >
            <Icon name={item.head ? item.folded ? 'caret-right' : 'caret-down' : signs[sort ?? 'changed']} />
            <Words item={item} />
        </div>
    )
}

function Words ({ item }: { item: ListItem }) {
    const [name, text, sort] = item.head
        ? [groupName(item.group), groupText(item.group), '']
        : item.row === null
            ? [item.part.name, partText(item.part), t(`compareSorts.${item.part.change}`)]
            : [rowName(item.row), rowText(item.row), t(`compareSorts.${item.row.sort}`)]
    return (
        <span class="ffs-compare-words" title={text === '' ? name : `${name} · ${text}`}>
            {sort !== '' && <span class="ffs-hidden-text">{sort} </span>}<bdi>{name}</bdi> <bdi class="ffs-secondary">{text}</bdi>
        </span>
    )
}

/** Where a key leads; null where it leads nowhere. Page keys go by ten lines. */
function placeAfter (key: string, items: readonly ListItem[], at: number): number | null {
    switch (key) {
    case 'ArrowDown': return stepFrom(items, at, 1)
    case 'ArrowUp': return stepFrom(items, at, -1)
    case 'PageDown': return Math.min(at + 10, items.length - 1)
    case 'PageUp': return Math.max(at - 10, 0)
    case 'Home': return 0
    case 'End': return items.length - 1
    default: return null
    }
}

/** Place of the head of the group that a line is in. */
function groupPlace (items: readonly ListItem[], at: number): number {
    let place = at
    while (place > 0 && !items[place]!.head) {
        place--
    }
    return place
}
