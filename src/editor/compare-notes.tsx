import { totalsText } from './compare-text'
import type { CompareWork, ComparedSnapshots } from './compare-work'
import { Message } from './message'
import { listed, shortened, t } from './text'

const mostNames = 10

/** What came of the comparison as a whole, and what it can't tell. */
export function CompareNotes ({ work, compared }: { work: CompareWork, compared: ComparedSnapshots }) {
    const { same, equal, parts, credentialsTold } = compared
    const unread = (['here', 'there'] as const).filter(place => work[place].view?.credentials.state !== 'included').map(place => work.nameOf(place))
    const untold = [...new Set(unread)].map(name => t('compare.quoted', { name: shortened(name, 60) }))
    const names = parts.unknown.slice(0, mostNames).map(name => shortened(name, 60))
    return (
        <>
            {same && <Message look="info"><p role="status">{t('compare.sameOne')}</p></Message>}
            {!same && equal && <Message look="success"><p>{t('compare.equal')}</p></Message>}
            {!equal && <p class="ffs-hidden-text" role="status">{totalsText(compared)}</p>}
            {!same && !credentialsTold && unread.length > 0 && <p class="ffs-secondary">{t('compare.credentialsUntold', { count: untold.length, names: listed(untold) })}</p>}
            {!same && parts.untold.length > 0 && <p class="ffs-secondary">
                {t('compare.untold', { parts: listed(parts.untold.map(part => t(`compareKinds.${part}`))) })}
            </p>}
            {parts.unknown.length > 0 && !same && <p class="ffs-secondary">
                {t('compare.unknown', { count: parts.unknown.length, names: listed(parts.unknown.length > mostNames ? [...names, '…'] : names) })}
            </p>}
        </>
    )
}
