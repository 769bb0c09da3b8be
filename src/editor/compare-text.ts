import type { PartRow, PartValue } from '../snapshot/compare'
import { totalCounts, type Group, type ListItem } from './compare-list'
import type { ComparedSnapshots } from './compare-work'
import type { PropertyRow } from './pull-properties'
import { countsText, kindText, unitName } from './pull-text'
import type { FlowRow } from './snapshot-comparison'
import { listed, t } from './text'

/** The name of a flow, subflow or config node, or of the part that variables, modules or settings are. */
export function groupName (group: Group): string {
    return group.flow === null ? t(`compareKinds.${group.kind}`) : unitName(group.flow)
}

/** What it is and how much of it differs. */
export function groupText ({ flow, counts }: Group): string {
    const place = flow === null || flow.here === flow.there ? '' : t(flow.there ? 'compare.onlyThere' : 'compare.onlyHere')
    return [flow === null ? '' : kindText(flow), place, countsText(counts)].filter(Boolean).join(' · ')
}

export function rowName ({ name, type, id }: FlowRow): string {
    return name || type || id
}

/** What is different of it, beside its name. */
export function rowText ({ name, type, sort, moved, properties, credentials }: FlowRow): string {
    const names = [...properties, ...credentials === null ? [] : [t('pull.credentials')]]
    const what = sort === 'added' || sort === 'deleted' ? t(`pullChanges.${sort}`) : placeText(moved)
    return [name === '' ? '' : type, what, listed(names)].filter(Boolean).join(' · ')
}

function placeText (moved: FlowRow['moved']): string {
    if (moved === null) {
        return ''
    }
    return typeof moved === 'object' ? t('compare.movedFrom', { flow: moved.from }) : t(`pullChanges.${moved === 'layout' ? 'layout' : 'reordered'}`)
}

/** A value of a variable, module or setting as text; what may not be seen is said in brackets. */
export function valueText (value: PartValue): string {
    return value.hidden ? t('compare.hiddenValue') : value.text === null ? t('compare.unreadValue') : value.text === '' ? t('pull.empty') : value.text
}

export function partText ({ here, there }: PartRow): string {
    if (here !== null && there !== null && here.hidden !== there.hidden) {
        return t(there.hidden ? 'compare.nowHidden' : 'compare.nowShown')
    }
    return here === null ? t('pullChanges.added') : there === null ? t('pullChanges.deleted') : `${valueText(here)} → ${valueText(there)}`
}

/** "3 changed · 1 added", of all that was compared; '' when nothing differs. */
export function totalsText (compared: ComparedSnapshots): string {
    return countsText(totalCounts(compared))
}

const indent = '    '

/**
 * A comparison as plain text, for a ticket or a mail.
 * @param items what is listed, nothing folded
 * @param details what differs of each row of the flows in it, in their order; of those past its end, nothing is told
 */
export function asText (
    names: { here: string, there: string }, compared: ComparedSnapshots, items: readonly ListItem[], details: PropertyRow[][]
): string {
    const lines = [t('compare.textTitle', names), totalsText(compared) || t('compare.equal')]
    let at = 0
    for (const { head, group, row, part } of items) {
        if (head) {
            lines.push('', [groupName(group), groupText(group)].filter(Boolean).join(' – '))
        } else if (row !== null) {
            lines.push(`${indent}${t(`compareSorts.${row.sort}`)}: ${[rowName(row), rowText(row)].filter(Boolean).join(' – ')}`, ...(details[at++] ?? []).flatMap(propertyLines))
        } else {
            lines.push(`${indent}${t(`compareSorts.${part.change}`)}: ${part.name} – ${[part.here, part.there].filter(value => value !== null).map(valueText).join(' → ')}`)
        }
    }
    return `${lines.join('\n')}\n`
}

function propertyLines (property: PropertyRow): string[] {
    const lines = property.look === 'value'
        ? [...sided('-', property.here), ...sided('+', property.there)]
        : property.lines?.blocks.flatMap(({ lines: some }) => some.map(({ sign, text }) => `${sign} ${text}`)) ?? [t('pull.quiteDifferent')]
    return [`${indent}${indent}${property.name}:`, ...lines.map(line => `${indent}${indent}${indent}${line}`)]
}

function sided (sign: '-' | '+', text: string | null): string[] {
    return text === null ? [] : text.split('\n').map(line => `${sign} ${line}`)
}
