import type { SnapshotSummary } from '../shared/requests'
import { MenuButton } from './menu-button'
import { language } from './node-red'
import { t } from './text'
import { exactTime, relativeTime } from './time'

interface SnapshotRowProps {
    snapshot: SnapshotSummary
    now: number
    isDeviceTarget: boolean
    /** Absent where it can't be pulled. */
    onPull: (() => void) | undefined
}

/** One snapshot: name, author, time, and what sets it apart from the others. */
export function SnapshotRow ({ snapshot, now, isDeviceTarget, onPull }: SnapshotRowProps) {
    const { name, description, createdAt, user, pushedFromHere, sameFlows } = snapshot
    return (
        <li class={`ffs-row${onPull === undefined ? '' : ' ffs-row-with-menu'}`} tabIndex={-1}>
            <div class="ffs-row-content">
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
            </div>
            {onPull !== undefined && <MenuButton icon="ellipsis-v" label={t('local.actions', { name })} items={[{ label: t('pull.open'), run: onPull }]} />}
        </li>
    )
}
