import { useState } from 'preact/hooks'
import type { View } from '../shared/views'
import type { FlowNode } from '../snapshot/model'
import { Icon } from './button'
import { DrawingPane } from './drawing-pane'
import { NodeDetails } from './node-details'
import { t } from './text'
import { ViewCredentials, ViewModules, ViewSettings, ViewUndrawn, ViewVariables } from './view-parts'
import { findNodes, type ViewedFlows } from './viewed-flows'

const parts = ['undrawn', 'variables', 'modules', 'settings', 'credentials'] as const
type Part = (typeof parts)[number]
type Place = { flow: string } | { part: Part }
const mostFound = 50

interface ViewContentsProps { view: View, nodes: readonly FlowNode[], flows: ViewedFlows }

/** All of a snapshot: its flows one by one, and its other parts; on the left what there is, on the right the one that is chosen. */
export function ViewContents ({ view, nodes, flows }: ViewContentsProps) {
    const first = flows.flows[0]
    const [place, setPlace] = useState<Place>(first === undefined ? { part: 'undrawn' } : { flow: first.id })
    const [node, setNode] = useState<FlowNode | null>(null)
    const [search, setSearch] = useState('')
    const flow = 'flow' in place ? flows.flows.find(({ id }) => id === place.flow) : undefined
    const go = (to: Place) => {
        setPlace(to)
        setNode(null)
    }
    const find = (id: string) => nodes.find(other => other.id === id) ?? null
    const show = (id: string) => {
        const found = find(id)
        const drawn = flows.flows.some(other => other.id === found?.z || other.id === id) && !flows.undrawn.includes(found ?? {})
        setPlace(drawn ? { flow: flows.flows.some(other => other.id === id) ? id : String(found?.z) } : { part: 'undrawn' })
        setNode(found)
    }
    return (
        <div class="ffs-view">
            <div class="ffs-view-side">
                <input
                    type="text" class="ffs-find" placeholder={t('view.find')} aria-label={t('view.find')} value={search}
                    onInput={event => setSearch(event.currentTarget.value)}
                />
                {search.trim() === ''
                    ? <Places view={view} flows={flows} place={place} onGo={go} />
                    : <Found nodes={nodes} flows={flows} search={search} onShow={show} />}
            </div>
            <div class="ffs-view-main">
                {flow !== undefined && <DrawingPane
                    nodes={nodes} flow={flow.id} label={flow.name} selected={typeof node?.id === 'string' ? node.id : null} onSelect={id => setNode(find(id))}
                />}
                {'part' in place && <div class="ffs-view-list" tabIndex={0} role="region" aria-label={t(`viewParts.${place.part}`)}>
                    {place.part === 'undrawn' && <ViewUndrawn nodes={flows.undrawn} selected={node} onSelect={setNode} />}
                    {place.part === 'variables' && <ViewVariables view={view} />}
                    {place.part === 'modules' && <ViewModules view={view} />}
                    {place.part === 'settings' && <ViewSettings view={view} />}
                    {place.part === 'credentials' && <ViewCredentials view={view} nodes={nodes} />}
                </div>}
                {node !== null && <NodeDetails node={node} nodes={nodes} />}
            </div>
        </div>
    )
}

interface PlacesProps { view: View, flows: ViewedFlows, place: Place, onGo: (place: Place) => void }

function Places ({ view, flows, place, onGo }: PlacesProps) {
    const counts: Record<Part, number | null> = {
        undrawn: flows.undrawn.length, variables: view.variables.length, modules: view.modules === null ? null : Object.keys(view.modules).length,
        settings: Object.keys(view.settings).length, credentials: view.credentials.state === 'included' ? Object.keys(view.credentials.marks).length : null
    }
    return (
        <nav class="ffs-places" aria-label={t('view.places')} onKeyDown={moveFocus}>
            {flows.flows.length === 0 && <p class="ffs-secondary">{t('view.noFlows')}</p>}
            <ul>
                {flows.flows.map(({ id, kind, name, disabled, count }, at) => (
                    <PlaceRow
                        key={at} first={at === 0} chosen={'flow' in place && place.flow === id} icon={kind === 'subflow' ? 'sitemap' : disabled ? 'ban' : 'map-o'}
                        name={name} meaning={kind === 'subflow' ? t('pull.subflow') : disabled ? t('view.disabled') : ''} count={count} onGo={() => onGo({ flow: id })}
                    />
                ))}
            </ul>
            <ul>
                {parts.map(part => (
                    <PlaceRow
                        key={part} first={part === 'undrawn' && flows.flows.length === 0} chosen={'part' in place && place.part === part} icon="list-ul" name={t(`viewParts.${part}`)} meaning=""
                        count={counts[part]} onGo={() => onGo({ part })}
                    />
                ))}
            </ul>
        </nav>
    )
}

interface PlaceRowProps { chosen: boolean, first: boolean, icon: string, name: string, meaning: string, count: number | null, onGo: () => void }

function PlaceRow ({ chosen, first, icon, name, meaning, count, onGo }: PlaceRowProps) {
    return (
        <li>
            <button type="button" class="ffs-place" aria-current={chosen || undefined} data-first={first || undefined} title={[name, meaning].filter(Boolean).join(' – ')} onClick={onGo}>
                <Icon name={icon} />
                <span class="ffs-place-name"><bdi>{name}</bdi></span>
                {meaning !== '' && <span class="ffs-hidden-text">{meaning}</span>}
                {count !== null && <span class="ffs-secondary">{count}</span>}
            </button>
        </li>
    )
}

function Found ({ nodes, flows, search, onShow }: { nodes: readonly FlowNode[], flows: ViewedFlows, search: string, onShow: (id: string) => void }) {
    const found = findNodes(nodes, search, mostFound)
    return (
        <div class="ffs-places" onKeyDown={moveFocus}>
            <p class="ffs-secondary" role="status">{found.length === 0 ? t('view.noneFound') : found.length === mostFound ? t('view.firstFound', { count: mostFound }) : ''}</p>
            <ul>
                {found.map(({ id, name, type, flow }, at) => (
                    <li key={at}>
                        <button type="button" class="ffs-place" onClick={() => onShow(id)}>
                            <span class="ffs-place-name"><bdi>{name}</bdi> <span class="ffs-secondary"><bdi>{[type, flows.flows.find(other => other.id === flow)?.name].filter(Boolean).join(' · ')}</bdi></span></span>
                        </button>
                    </li>
                ))}
            </ul>
        </div>
    )
}

/** Arrow keys move among the buttons of a list. */
function moveFocus (event: KeyboardEvent): void {
    const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('button')]
    const at = all.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to !== undefined && all.length > 0) {
        event.preventDefault()
        all[(to + all.length) % all.length]?.focus()
    }
}
