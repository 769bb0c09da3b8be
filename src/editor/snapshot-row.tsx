import type { SnapshotSummary } from '../shared/requests'
import { language } from './node-red'
import { t } from './text'
import { exactTime, relativeTime } from './time'

/** One snapshot: name, author, time, and what sets it apart from the others. */
export function SnapshotRow ({ snapshot, now, isDeviceTarget }: { snapshot: SnapshotSummary, now: number, isDeviceTarget: boolean }) {
    const { name, description, createdAt, user, pushedFromHere, sameFlows } = snapshot
    return (
        <li class="ffs-row" tabIndex={-1}>
            <div class="ffs-row-head">
                <span class="ffs-row-name" title={name}>{name}</span>
                {isDeviceTarget && <span class="ffs-badge" title={t('snapshots.deviceTargetMeaning')}>{t('snapshots.deviceTarget')}</span>}
                {pushedFromHere && <span class="ffs-badge">{t('snapshots.pushedFromHere')}</span>}
                {sameFlows && <span class="ffs-badge" title={t('snapshots.sameFlowsMeaning')}>{t('snapshots.sameFlows')}</span>}
            </div>
            <div class="ffs-secondary">
                {user?.username ?? t('snapshots.byPlatform')} · <time dateTime={createdAt} title={exactTime(createdAt, language())}>{relativeTime(createdAt, now, language())}</time>
            </div>
            {description !== '' && <div class="ffs-row-description" title={description}>{description}</div>}
        </li>
    )
}
