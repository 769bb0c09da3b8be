import type { SettingRow } from '../shared/requests'
import { nameOf, shown } from './push-settings'
import { Pair } from './restore-contents'
import { t } from './text'

/** Runtime settings in the snapshot that differ from those here. They belong to settings.js, which nothing writes but whoever runs this Node-RED. */
export function PullSettings ({ settings }: { settings: SettingRow[] }) {
    return settings.length === 0 ? null : (
        <Pair label={t('settings.title')}>
            <details class="ffs-fold">
                <summary tabIndex={0}>{t('pull.settings', { count: settings.length })}</summary>
                {settings.map(row => (
                    <p key={row.key} class="ffs-wrap">{nameOf(row)} <span class="ffs-secondary ffs-below">{t('pull.setting', { here: shown(row.key, row.here), there: shown(row.key, row.there) })}</span></p>
                ))}
            </details>
        </Pair>
    )
}
