import { Fragment } from 'preact'
import type { PropertyRow } from './pull-properties'
import { t } from './text'

/** One property that differs: both values side by side, or what differs of its lines. */
export function PullProperty ({ property }: { property: PropertyRow }) {
    return (
        <div class="ffs-property">
            <span class="ffs-property-name">{property.name}</span>
            {property.look === 'value'
                ? <span class="ffs-property-value"><Value text={property.here} sign="-" /> <Value text={property.there} sign="+" /></span>
                : <Lines property={property} />}
        </div>
    )
}

/** Nothing is shown for a side that lacks it. */
function Value ({ text, sign }: { text: string | null, sign: '+' | '-' }) {
    return text === null ? null : (
        <code class={sign === '+' ? 'ffs-plus' : 'ffs-minus'}>
            <span class="ffs-hidden-text">{t(sign === '+' ? 'pull.there' : 'pull.here')}</span>{text === '' ? t('pull.empty') : text}
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
