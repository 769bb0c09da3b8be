import type { ComponentChildren } from 'preact'
import type { Link } from '../shared/requests'
import type { Standing, Status } from '../shared/status'
import { Icon } from './button'
import type { PanelModel } from './panel-model'
import { t } from './text'

const icons = { same: 'check', changed: 'pencil', linked: 'link' } as const

/**
 * How what runs here stands to the snapshot that was pushed or pulled last, and whether the instance has something newer.
 * @param props children: what belongs to that snapshot
 */
export function StatusLine ({ model: { status, there, state }, children }: { model: PanelModel, children: ComponentChildren }) {
    if (!tellsOfLink(status)) {
        return null
    }
    const whyNoMore = status.standing !== 'linked' ? undefined : t(state.value?.connection?.signIn === 'oauth' ? 'status.linkedByOAuth' : 'status.linkedForgotten')
    return (
        <div class="ffs-status" role="status">
            <p class="ffs-wrap" title={whyNoMore}><Icon name={icons[status.standing]} /> {standingText(status)}</p>
            {children}
            {there?.newer && <p class="ffs-wrap"><Icon name="cloud-download" /> {t('status.newer', { name: there.newer.name })}</p>}
            {there?.gone && <p class="ffs-wrap"><Icon name="chain-broken" /> {t('status.gone', { name: status.link.name })}</p>}
        </div>
    )
}

/** Whether the line names the snapshot that what runs here is linked to. */
export function tellsOfLink (status: Status | null): status is Status & { link: Link, standing: Standing } {
    return status !== null && status.link !== null && status.standing !== null
}

function standingText ({ standing, changes, link }: Status): string {
    const name = link?.name ?? ''
    return standing === 'changed' ? t('status.changed', { name, count: changes }) : t(standing === 'same' ? 'status.same' : 'status.linked', { name })
}
