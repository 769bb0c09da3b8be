import type { LocalSummary } from '../shared/local'
import { Icon } from './button'
import { openLocalNamesDialog } from './local-names-dialog'
import { openRemoveDialog } from './local-remove-dialog'
import { MenuButton, type MenuItem } from './menu-button'
import { toFailure, failureSentence } from './failure'
import { language, notify } from './node-red'
import type { PanelModel } from './panel-model'
import { openPushDialog } from './push-dialog'
import { openRestoreDialog } from './restore-dialog'
import { downloadAction, lookingActions } from './snapshot-actions'
import { byteSize, contentsText } from './snapshot-text'
import { t } from './text'
import { exactTime, relativeTime } from './time'

interface LocalRowProps {
    model: PanelModel
    snapshot: LocalSummary
    now: number
    mayAct: boolean
    /** Whether there is an instance that it could be pushed to. */
    mayPush: boolean
}

/** One snapshot that is kept here: name, kind, time, size, and what can be done with it. */
export function LocalRow ({ model, snapshot, now, mayAct, mayPush }: LocalRowProps) {
    const { name, description, createdAt, bytes } = snapshot
    const items = actions(model, snapshot, mayAct, mayPush)
    return (
        <li class="ffs-row ffs-row-with-menu" tabIndex={-1}>
            <div class="ffs-row-content">
                <div class="ffs-row-head">
                    <span class="ffs-row-name" title={name}>{name}</span>
                    <Badges snapshot={snapshot} />
                </div>
                <div class="ffs-secondary">
                    <time dateTime={createdAt} title={exactTime(createdAt, language())}>{relativeTime(createdAt, now, language())}</time>
                    {' · '}<span title={contentsText(snapshot)}>{byteSize(bytes, language())}</span>
                </div>
                {description !== '' && <div class="ffs-row-description" title={description}>{description}</div>}
            </div>
            {items.length > 0 && <MenuButton icon="ellipsis-v" label={t('local.actions', { name })} items={items} />}
        </li>
    )
}

function Badges ({ snapshot: { kind, pinned, sameFlows, credentials, newer } }: { snapshot: LocalSummary }) {
    return (
        <>
            {kind === 'automatic' && <span class="ffs-badge" title={t('local.automaticMeaning')}>{t('local.automaticBadge')}</span>}
            {kind === 'safety' && <span class="ffs-badge" title={t('local.safetyMeaning')}>{t('local.safetyBadge')}</span>}
            {pinned && <span class="ffs-badge" title={t('local.pinnedMeaning')}><Icon name="thumb-tack" /> {t('local.pinned')}</span>}
            {sameFlows && <span class="ffs-badge" title={t('local.sameFlowsMeaning')}>{t('snapshots.sameFlows')}</span>}
            {credentials === 'missing' && <span class="ffs-badge ffs-badge-warning" title={t('local.withoutCredentialsMeaning')}>{t('local.withoutCredentials')}</span>}
            {credentials === 'locked' && <span class="ffs-badge ffs-badge-warning" title={t('local.lockedMeaning')}><Icon name="lock" /> {t('local.locked')}</span>}
            {newer && <span class="ffs-badge ffs-badge-warning" title={t('local.newerMeaning')}>{t('local.newer')}</span>}
        </>
    )
}

/** What was made by a newer version of the plugin is not touched, only deleted at the user's word. */
function actions (model: PanelModel, snapshot: LocalSummary, mayAct: boolean, mayPush: boolean): MenuItem[] {
    const remove = { label: t('local.remove'), run: () => openRemoveDialog(model, snapshot) }
    if (snapshot.newer) {
        return mayAct ? [remove] : []
    }
    const looking = lookingActions(model, { kind: 'local', id: snapshot.id }, snapshot.name)
    if (!mayAct) {
        return looking
    }
    const pin = async () => {
        try {
            await model.local.change(snapshot.id, { pinned: !snapshot.pinned })
        } catch (error) {
            notify(failureSentence(toFailure(error)), 'error')
        }
    }
    return [
        ...looking,
        { label: t('local.restore'), run: () => openRestoreDialog(model, snapshot) },
        ...(mayPush ? [{ label: t('local.push'), run: () => openPushDialog(model, snapshot) }] : []),
        downloadAction(model, { kind: 'local', id: snapshot.id }, snapshot.name),
        { label: t('local.rename'), run: () => openLocalNamesDialog(model, snapshot) },
        { label: t(snapshot.pinned ? 'local.unpin' : 'local.pin'), run: () => void pin() },
        remove
    ]
}
