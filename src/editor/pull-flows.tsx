import { useState } from 'preact/hooks'
import { Button } from './button'
import { toFailure } from './failure'
import { copyIntoWorkspace, isEditing } from './node-red-flows'
import { allFrom, withSide, type PullDraft } from './pull-choice'
import type { ComparedUnit } from './comparison'
import type { PullPreview } from './pull-preview'
import { PullUnit } from './pull-unit'
import { Pair } from './restore-contents'
import { t } from './text'

interface PullFlowsProps { preview: PullPreview, draft: PullDraft, onChange: (draft: PullDraft) => void, close: () => void }

const rowsAtOnce = 50

/** Which flows, subflows and config nodes come from the snapshot: one row each, ticked where it does. What is the same on both sides is folded. */
export function PullFlows ({ preview, draft, onChange, close }: PullFlowsProps) {
    const { compared, plan } = preview
    const [most, setMost] = useState(rowsAtOnce)
    const [sameShown, setSameShown] = useState(false)
    const [copyFailed, setCopyFailed] = useState(false)
    const units = compared?.units ?? []
    const differing = units.filter(({ differs }) => differs)
    const same = units.filter(({ differs, kind }) => !differs && kind === 'tab')
    const rows = [...differing, ...sameShown ? same : []]
    /** What was ticked counts at once; the plan may say otherwise a moment later, and why. */
    const sideOf = ({ id, kind }: ComparedUnit) => {
        const planned = plan?.sides[id] ?? null
        return planned === null || !preview.planning ? planned : draft.sides.get(id) ?? (kind === 'tab' ? draft.otherwise : planned)
    }
    const sides = differing.map(sideOf).filter(side => side !== null)
    const theirs = sides.filter(side => side === 'theirs').length
    const copy = (unit: ComparedUnit) => {
        void preview.comparison().then(async ({ calls }) => {
            const nodes = await calls.copy(unit.id)
            close()
            // Once the dialog is gone: the import shows what it asks back.
            setTimeout(() => copyIntoWorkspace(nodes))
        }).catch((error: unknown) => setCopyFailed(toFailure(error) !== null))
    }
    return (
        <Pair label={t('restoreHere.flows')}>
            {compared !== null && <p>{t('restoreHere.flowCounts', compared.flows)}</p>}
            {copyFailed && <p class="ffs-problem" role="alert">{t('pull.copyFailed')}</p>}
            {differing.length > 1 && <label class="ffs-check ffs-units-all">
                <input
                    type="checkbox" checked={theirs > 0 && theirs === sides.length} onChange={event => onChange(allFrom(draft, event.currentTarget.checked ? 'theirs' : 'mine'))}
                    ref={box => {
                        if (box !== null) {
                            box.indeterminate = theirs > 0 && theirs < sides.length
                        }
                    }}
                />
                <span>{t('pull.all')} <span class="ffs-secondary">{t('pull.tickMeaning')}</span></span>
            </label>}
            {rows.length > 0 && <ul class="ffs-units">
                {rows.slice(0, most).map(unit => (
                    <PullUnit
                        key={unit.id} preview={preview} unit={unit} side={sideOf(unit)}
                        onSide={side => onChange(withSide(draft, [unit.id], side))} onCopy={unit.there && unit.kind === 'tab' && !isEditing() ? () => copy(unit) : undefined}
                    />
                ))}
            </ul>}
            <p class="ffs-buttons">
                {rows.length > most && <Button small onClick={() => setMost(most + rowsAtOnce)}>{t('pull.showMore', { count: rows.length - most })}</Button>}
                {same.length > 0 && <Button small onClick={() => setSameShown(!sameShown)}>{t(sameShown ? 'pull.hideSame' : 'pull.showSame', { count: same.length })}</Button>}
            </p>
        </Pair>
    )
}
