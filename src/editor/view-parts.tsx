import type { ComponentChildren } from 'preact'
import type { View } from '../shared/views'
import type { FlowNode } from '../snapshot/model'
import { t, tOr } from './text'
import { nameOf } from './viewed-flows'

/** The variables: name and value. Hidden ones, and those whose values the user may not read, are masked. */
export function ViewVariables ({ view: { variables } }: { view: View }) {
    return (
        <Table heads={[t('view.name'), t('view.value')]} empty={t('view.noVariables')}>
            {variables.map(({ name, hidden, value }) => (
                <tr key={name}>
                    <th scope="row"><code dir="auto">{name}</code></th>
                    <td>{value === null
                        ? <span class="ffs-secondary">••••• {t(hidden ? 'view.hidden' : 'view.untold')}</span>
                        : <code class="ffs-wrap" dir="auto">{value === '' ? t('pull.empty') : value}</code>}</td>
                </tr>
            ))}
        </Table>
    )
}

export function ViewModules ({ view: { modules } }: { view: View }) {
    return (
        <Table heads={[t('view.module'), t('view.version')]} empty={t(modules === null ? 'view.modulesUntold' : 'view.noModules')}>
            {Object.entries(modules ?? {}).map(([name, version]) => (
                <tr key={name}><th scope="row"><code dir="auto">{name}</code></th><td><code dir="auto">{version}</code></td></tr>
            ))}
        </Table>
    )
}

export function ViewSettings ({ view: { settings } }: { view: View }) {
    return (
        <Table heads={[t('view.setting'), t('view.value')]} empty={t('view.noSettings')}>
            {Object.entries(settings).map(([name, value]) => (
                <tr key={name}>
                    <th scope="row">{tOr(`settingNames.${name.replace('.', '-')}`, name)}</th>
                    <td>{typeof value === 'boolean' ? t(value ? 'settings.yes' : 'settings.no') : <code class="ffs-wrap" dir="auto">{value}</code>}</td>
                </tr>
            ))}
        </Table>
    )
}

/** Which nodes have credentials: that they are there is all that is ever told. */
export function ViewCredentials ({ view: { credentials: { state, marks } }, nodes }: { view: View, nodes: readonly FlowNode[] }) {
    const ids = Object.keys(marks)
    return (
        <>
            <p>{t(`viewCredentials.${state}`)}</p>
            {state === 'included' && <Table heads={[t('view.nodeName'), t('view.type')]} empty={t('view.noCredentials')}>
                {ids.map(id => {
                    const node = nodes.find(other => other.id === id)
                    return (
                        <tr key={id}>
                            <th scope="row" dir="auto">{node === undefined ? id : nameOf(node)}</th>
                            <td><bdi>{node === undefined ? t('view.nodeGone') : String(node.type)}</bdi> <span class="ffs-secondary">{t('view.present')}</span></td>
                        </tr>
                    )
                })}
            </Table>}
        </>
    )
}

interface ViewUndrawnProps { nodes: readonly FlowNode[], selected: FlowNode | null, onSelect: (node: FlowNode) => void }

/** Nodes that are drawn nowhere; one is chosen to see what it holds. */
export function ViewUndrawn ({ nodes, selected, onSelect }: ViewUndrawnProps) {
    return (
        <Table heads={[t('view.nodeName'), t('view.type')]} empty={t('view.noUndrawn')}>
            {nodes.map((node, at) => (
                <tr key={at}>
                    <th scope="row">
                        <button type="button" class="ffs-plain" aria-pressed={node === selected} dir="auto" onClick={() => onSelect(node)}>{nameOf(node)}</button>
                    </th>
                    <td><bdi>{String(node.type)}</bdi></td>
                </tr>
            ))}
        </Table>
    )
}

function Table ({ heads, empty, children }: { heads: string[], empty: string, children: ComponentChildren[] }) {
    return children.length === 0 ? <p class="ffs-secondary">{empty}</p> : (
        <table class="ffs-table">
            <thead><tr>{heads.map(head => <th key={head} scope="col">{head}</th>)}</tr></thead>
            <tbody>{children}</tbody>
        </table>
    )
}
