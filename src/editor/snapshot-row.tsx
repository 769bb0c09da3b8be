import { isAutomatic, isAutomaticPush } from '../shared/names'
import type { SnapshotSummary } from '../shared/requests'
import { MenuButton, type MenuItem } from './menu-button'
import { language } from './node-red'
import { t } from './text'
import { exactTime, relativeTime } from './time'

interface SnapshotRowProps {
    snapshot: SnapshotSummary
    now: number
    isDeviceTarget: boolean
    /** What can be done with it; empty where nothing can. */
    actions: MenuItem[]
}

/** One snapshot: name, author, time, and what sets it apart from the others. */
export function SnapshotRow ({ snapshot, now, isDeviceTarget, actions }: SnapshotRowProps) {
    const { name, description, createdAt, user, pushedFromHere, sameFlows } = snapshot
    return (
        <li class={`ffs-row${actions.length === 0 ? '' : ' ffs-row-with-menu'}`} tabIndex={-1}>
            <div class="ffs-row-content">
                <div class="ffs-row-head">
                    <span class="ffs-row-name" title={name}>{name}</span>
                    {isDeviceTarget && <span class="ffs-badge" title={t('snapshots.deviceTargetMeaning')}>{t('snapshots.deviceTarget')}</span>}
                    {isAutomatic(name) && <span class="ffs-badge" title={t('snapshots.automaticMeaning')}>{t('snapshots.automatic')}</span>}
                    {isAutomaticPush(name) && <span class="ffs-badge" title={t('snapshots.automaticPushMeaning')}>{t('snapshots.automaticPush')}</span>}
                    {pushedFromHere && <span class="ffs-badge">{t('snapshots.pushedFromHere')}</span>}
                    {sameFlows && <span class="ffs-badge" title={t('snapshots.sameFlowsMeaning')}>{t('snapshots.sameFlows')}</span>}
                </div>
                <div class="ffs-secondary">
                    {user?.username ?? t('snapshots.byPlatform')} · <time dateTime={createdAt} title={exactTime(createdAt, language())}>{relativeTime(createdAt, now, language())}</time>
                </div>
                {description !== '' && <div class="ffs-row-description" title={description}>{description}</div>}
            </div>
            {actions.length > 0 && <MenuButton icon="ellipsis-v" label={t('local.actions', { name })} items={actions} />}
        </li>
    )
}
