import type { PushPreview } from '../shared/requests'
import { Icon } from './button'
import { coded, failureSentence } from './failure'
import { needsConsent, type PushDraft } from './push-draft'
import { t } from './text'

/** *Set as device target*: how many devices, and which Node-RED they install with it. */
export function PushDevices ({ preview, draft, onChange }: { preview: PushPreview, draft: PushDraft, onChange: (part: Partial<PushDraft>) => void }) {
    const { devices: { count, nodeRedNow, nodeRedThen, targetRefused, setWithPush } } = preview
    if (count === 0) {
        return null
    }
    if (targetRefused !== null) {
        return <p class="ffs-secondary">{t('push.noDeviceTarget', { count })} {failureSentence(coded(targetRefused))}</p>
    }
    const installs = draft.keepNodeRed && nodeRedNow !== null ? nodeRedNow : nodeRedThen
    return (
        <div class="ffs-devices">
            <label class="ffs-check">
                <input type="checkbox" checked={draft.deviceTarget} onChange={event => onChange({ deviceTarget: event.currentTarget.checked })} />
                <span>{t('push.deviceTarget', { count })}<span class="ffs-secondary ffs-below">
                    {nodeRedNow === null
                        ? t('push.devicesInstall', { count, version: installs })
                        : t('push.devicesInstallNow', { count, version: installs, now: nodeRedNow })}
                    {setWithPush && ` ${t('push.devicesWithPush', { count })}`}
                </span></span>
            </label>
            {draft.deviceTarget && nodeRedNow !== null && nodeRedNow !== nodeRedThen && <label class="ffs-check ffs-indent">
                <input type="checkbox" checked={draft.keepNodeRed} onChange={event => onChange({ keepNodeRed: event.currentTarget.checked })} />
                <span>{t('push.keepNodeRed', { version: nodeRedNow })}</span>
            </label>}
            {needsConsent(draft, preview.devices) && <label class="ffs-check ffs-indent">
                <input type="checkbox" checked={draft.majorStep} onChange={event => onChange({ majorStep: event.currentTarget.checked })} />
                <span class="ffs-consequence"><Icon name="exclamation-triangle" /> {t(nodeRedNow === null ? 'push.unknownStep' : 'push.majorStep', { count, version: installs })}</span>
            </label>}
        </div>
    )
}
