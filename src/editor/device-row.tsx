import type { DeviceState } from '../shared/devices'
import { InstanceState } from './instance-state'
import { MenuButton, type MenuItem } from './menu-button'
import { language } from './node-red'
import { t } from './text'
import { exactTime, relativeTime } from './time'

/** One device: whose it is, how it is, and which snapshot it runs or shall run. `onApproach`: its menu is opened. */
export function DeviceRow ({ device, now, actions, onApproach }: { device: DeviceState, now: number, actions: MenuItem[], onApproach: () => void }) {
    const { name, owner, type, state, isDeveloper } = device
    return (
        <li class={`ffs-row${actions.length === 0 ? '' : ' ffs-row-with-menu'}`} tabIndex={-1}>
            <div class="ffs-row-content">
                <div class="ffs-row-head">
                    <span class="ffs-row-name" title={type === '' ? name : `${name} (${type})`}>{name}</span>
                    <span class="ffs-badge" title={t(owner === 'instance' ? 'devices.instanceMeaning' : 'devices.applicationMeaning')}>
                        {t(owner === 'instance' ? 'devices.instanceBadge' : 'devices.applicationBadge')}
                    </span>
                    {isDeveloper && <span class="ffs-badge" title={t('devices.developerMeaning')}>{t('devices.developer')}</span>}
                </div>
                <div class="ffs-secondary"><InstanceState state={state} /> · <Seen device={device} now={now} /></div>
                <div class="ffs-secondary">{runs(device)}</div>
            </div>
            {actions.length > 0 && <MenuButton icon="ellipsis-v" label={t('local.actions', { name })} items={actions} onOpen={onApproach} />}
        </li>
    )
}

function Seen ({ device: { lastSeenAt }, now }: { device: DeviceState, now: number }) {
    return lastSeenAt === null
        ? <>{t('devices.neverSeen')}</>
        : <time dateTime={lastSeenAt} title={exactTime(lastSeenAt, language())}>{t('devices.seen', { time: relativeTime(lastSeenAt, now, language()) })}</time>
}

/** What it runs beside what it shall run, as its agent said last. */
export function runs ({ target, active, snapshotsTold }: DeviceState): string {
    if (!snapshotsTold) {
        return t('devices.snapshotsUntold')
    }
    if (target === null) {
        return active === null ? t('devices.runsNone') : t('devices.runsUntargeted', { active: active.name })
    }
    if (active === null) {
        return t('devices.shallRun', { target: target.name })
    }
    return active.id === target.id ? t('devices.runs', { active: active.name }) : t('devices.runsAnother', { target: target.name, active: active.name })
}
