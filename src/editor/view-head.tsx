import type { View } from '../shared/views'
import { Icon } from './button'
import { Message } from './message'
import { language } from './node-red'
import { useNow } from './observable'
import { byteSize } from './snapshot-text'
import { t } from './text'
import { exactTime, relativeTime } from './time'

/** Where a snapshot comes from, who made it and when, how large it is, and what is to be known about it. */
export function ViewHead ({ view }: { view: View }) {
    const now = useNow()
    const { from, description, createdAt, user, bytes, counts, notes } = view
    const times = [createdAt !== '' && <time key="time" dateTime={createdAt} title={exactTime(createdAt, language())}>{relativeTime(createdAt, now, language())}</time>]
    const told = [
        <bdi key="from">{originText(from)}</bdi>,
        user !== null && <bdi key="user">{user.username}</bdi>,
        ...times,
        <span key="inside">{insideText(counts)}</span>,
        <span key="bytes">{byteSize(bytes, language())}</span>
    ].filter(part => part !== false)
    return (
        <div class="ffs-view-head">
            <p class="ffs-secondary">{told.map((part, at) => [at > 0 && ' · ', part])}</p>
            {description !== '' && <p class="ffs-view-description" dir="auto">{description}</p>}
            {notes.length > 0 && <Message look="info">{notes.map(({ code, params }) => <p key={code}>{t(`viewNotes.${code}`, params)}</p>)}</Message>}
            {['sealed', 'locked', 'missing'].includes(view.credentials.state) && <p class="ffs-secondary"><Icon name="lock" /> {t(`viewCredentials.${view.credentials.state}`)}</p>}
        </div>
    )
}

export function originText (from: View['from']): string {
    switch (from.kind) {
    case 'running': return t('view.fromHere')
    case 'local': return t('view.fromLocal')
    case 'remote': return t(from.owner.kind === 'device' ? 'view.fromDevice' : 'view.fromInstance', { name: from.owner.name })
    case 'file': return t('view.fromFile', { name: from.name })
    }
}

function insideText ({ flows, subflows, nodes }: View['counts']): string {
    return [t('inside.flows', { count: flows }), subflows > 0 && t('inside.subflows', { count: subflows }), t('inside.nodes', { count: nodes })].filter(Boolean).join(', ')
}
