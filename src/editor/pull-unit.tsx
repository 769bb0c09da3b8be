import { useState } from 'preact/hooks'
import type { Side } from '../snapshot/diff'
import { Icon } from './button'
import { PullChanges } from './pull-changes'
import type { ComparedUnit } from './comparison'
import type { PullPreview } from './pull-preview'
import { countsText, kindText, unitName } from './pull-text'
import { t } from './text'

interface PullUnitProps {
    preview: PullPreview
    unit: ComparedUnit
    /** Where it comes from; null where both sides are the same. */
    side: Side | null
    onSide: (side: Side) => void
    /** Absent where it can't be copied. */
    onCopy: (() => void) | undefined
}

/** One flow, subflow or config node: whether it comes from the snapshot, how much differs, and on demand what. */
export function PullUnit ({ preview, unit, side, onSide, onCopy }: PullUnitProps) {
    const [open, setOpen] = useState(false)
    const name = unitName(unit)
    const kind = kindText(unit)
    const counts = countsText(unit.counts)
    return (
        <li class="ffs-unit">
            <div class="ffs-unit-head">
                {side !== null && unit.kind !== 'lost' && <input
                    type="checkbox" checked={side === 'theirs'} aria-label={t('pull.takeUnit', { name })}
                    onChange={event => onSide(event.currentTarget.checked ? 'theirs' : 'mine')}
                />}
                <button
                    type="button" class="ffs-unit-open" aria-expanded={open} aria-label={t('pull.changesOf', { name })} disabled={side === null} onClick={() => setOpen(!open)}
                >
                    <Icon name={side === null ? 'check' : open ? 'caret-down' : 'caret-right'} />
                    <span class="ffs-unit-name"><bdi>{name}</bdi> {kind !== '' && <span class="ffs-secondary">{kind}</span>}</span>
                    <span class="ffs-unit-state">
                        {unit.conflicts > 0 && <span class="ffs-badge ffs-badge-warning" title={t('pull.conflictMeaning')}>{t('pull.conflict')}</span>}
                        {side !== null && <span class="ffs-secondary">{[stateText(unit, side), counts].filter(Boolean).join(' · ')}</span>}
                        {side === null && <span class="ffs-secondary">{t('pull.same')}</span>}
                    </span>
                </button>
                {onCopy !== undefined && <button type="button" class="red-ui-button red-ui-button-small" title={t('pull.copyMeaning')} aria-label={t('pull.copy', { name })} onClick={onCopy}>
                    <Icon name="clone" />
                </button>}
            </div>
            {open && <PullChanges preview={preview} unit={unit.id} />}
        </li>
    )
}

/** What becomes of it as a whole, where that is more than a change. */
function stateText ({ here, there }: ComparedUnit, side: Side): string {
    const isTaken = side === 'theirs'
    if (!here) {
        return t(isTaken ? 'pull.unitAdded' : 'pull.unitNotTaken')
    }
    return there ? '' : t(isTaken ? 'pull.unitRemoved' : 'pull.unitOnlyHere')
}
