import { t } from './text'

/** The button that sets a device target: without a number where there is no device, or none is known of yet. */
export function targetSubmit (devices: number): string {
    return devices === 0 ? t('actions.targetSubmitUnknown') : t('actions.targetSubmit', { count: devices })
}
