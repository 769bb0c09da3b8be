import { Fragment } from 'preact'
import type { PropertyRow } from './pull-properties'
import { t } from './text'

/** What the two sides are called where that can't be seen. */
export interface SideWords { here: string, there: string }

/** One property that differs: both values side by side, or what differs of its lines. */
export function PullProperty ({ property, words }: { property: PropertyRow, words?: SideWords }) {
    const { here, there } = words ?? { here: t('pull.here'), there: t('pull.there') }
    return (
        <div class="ffs-property">
            <span class="ffs-property-name">{property.name}</span>
            {property.look === 'value'
                ? <span class="ffs-property-value"><Value text={property.here} sign="-" side={here} /> <Value text={property.there} sign="+" side={there} /></span>
                : <Lines property={property} />}
        </div>
    )
}

/** Nothing is shown for a side that lacks it. */
function Value ({ text, sign, side }: { text: string | null, sign: '+' | '-', side: string }) {
    return text === null ? null : (
        <code class={sign === '+' ? 'ffs-plus' : 'ffs-minus'}>
            <span class="ffs-hidden-text">{side}</span>{text === '' ? t('pull.empty') : text}
        </code>
    )
}

function Lines ({ property: { lines } }: { property: Extract<PropertyRow, { look: 'lines' }> }) {
    if (lines === null) {
        return <p class="ffs-secondary">{t('pull.quiteDifferent')}</p>
    }
    return (
        <pre class="ffs-lines" tabIndex={0}><div>
            {lines.blocks.map(block => (
                <Fragment key={block.lineHere}>
                    <span class="ffs-lines-head">{t('pull.line', { line: block.lineThere })}</span>
                    {block.lines.map(({ sign, text }, index) => (
                        <span key={index} class={sign === '+' ? 'ffs-plus' : sign === '-' ? 'ffs-minus' : ''}>{`${sign} ${text}`}</span>
                    ))}
                </Fragment>
            ))}
            {lines.left > 0 && <span class="ffs-lines-head">{t('pull.linesLeft', { count: lines.left })}</span>}
        </div></pre>
    )
}
