import type { FlowNode } from '../snapshot/model'
import { t } from './text'
import { nameOf, propertiesOfNode } from './viewed-flows'

const lineLength = 80

/** What a node holds, besides what its drawing shows. */
export function NodeDetails ({ node, nodes }: { node: FlowNode, nodes: readonly FlowNode[] }) {
    const properties = propertiesOfNode(node, nodes)
    return (
        <section class="ffs-node-details" aria-label={t('view.node', { name: nameOf(node) })} tabIndex={0}>
            <p><strong dir="auto">{nameOf(node)}</strong> <span class="ffs-secondary"><bdi>{String(node.type)}</bdi> · <bdi>{String(node.id)}</bdi></span></p>
            {properties.length === 0 && <p class="ffs-secondary">{t('view.noProperties')}</p>}
            {properties.map(({ name, text, of }) => (
                <div key={name} class="ffs-property">
                    <span class="ffs-property-name">{name}</span>
                    {text.includes('\n') || text.length > lineLength
                        ? <pre class="ffs-lines" tabIndex={0} dir="auto">{text}</pre>
                        : <span class="ffs-property-value"><code dir="auto">{text === '' ? t('pull.empty') : text}</code>{of !== null && <bdi class="ffs-secondary"> {of}</bdi>}</span>}
                </div>
            ))}
        </section>
    )
}
