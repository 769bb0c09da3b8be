import type { Instance } from '../flowfuse/instances'
import { isAtLeast, type Platform } from '../flowfuse/platform'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'
import type { SettingRow } from '../shared/requests'
import type { RuntimeSettings } from '../snapshot/model'
import { localSettings, type LocalSetting } from '../snapshot/local-settings'
import { nestedSettings, settingSince, settingText, type SettingKey } from '../snapshot/settings'
import type { NodeRed } from './node-red'

type There = Pick<Instance, 'runtimeSettings' | 'lockedSettings'>
type Version = Pick<Platform, 'version'>

/** The settings of this Node-RED that FlowFuse has too. Its time zone is the process's, whoever has set it. */
export function ownSettings (nodeRed: Pick<NodeRed, 'setting'>): LocalSetting[] {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    return localSettings(key => key === 'timeZone' ? timeZone : nodeRed.setting(key))
}

/** What the push dialog shows of them. */
export function settingRows (own: LocalSetting[], instance: There, platform: Version): SettingRow[] {
    return own.map(setting => {
        const here = settingText(setting.value)
        const there = settingText(instance.runtimeSettings[setting.key])
        const refused = refusalOf(setting, instance, platform)
        // Compared whole, since what is equal is not offered; but what another server says may be endless.
        return { key: setting.key, here, there: here === there ? there : shortened(there), refused }
    })
}

function shortened<T> (text: T | string): T | string {
    return typeof text === 'string' && text.length > limits.settingTextLength ? `${text.slice(0, limits.settingTextLength - 1)}…` : text
}

/**
 * The ticked settings with the values of this Node-RED, as a snapshot carries them.
 * @throws CodedError `setting-not-set`, `setting-refused` with the reason: whatever a restore would drop or fail on
 */
export function tickedSettings (keys: string[], own: LocalSetting[], instance: There, platform: Version): RuntimeSettings {
    return nestedSettings(keys.map(key => {
        const setting = own.find(candidate => candidate.key === key)
        if (setting === undefined) {
            throw new CodedError('setting-not-set', { setting: key }, 409)
        }
        const because = refusalOf(setting, instance, platform)
        if (because !== null || setting.value === null) {
            throw new CodedError('setting-refused', { setting: key }, 409, { because: because ?? undefined })
        }
        return { key: setting.key, value: setting.value }
    }))
}

function refusalOf ({ key, problem }: { key: SettingKey, problem: ErrorAnswer | null }, instance: There, platform: Version): ErrorAnswer | null {
    const needed = settingSince[key]
    if (needed !== undefined && platform.version !== null && !isAtLeast(platform, needed)) {
        return { code: 'needs-version', params: { version: platform.version, needed } }
    }
    return instance.lockedSettings.includes(key) ? { code: 'setting-locked', params: {} } : problem
}
