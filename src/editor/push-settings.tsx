import { useState } from 'preact/hooks'
import { beforePushName } from '../shared/names'
import type { PushPreview, SettingRow } from '../shared/requests'
import { coded, failureSentence } from './failure'
import { offeredSettings, tickedSettings, type PushDraft } from './push-draft'
import { listed, t } from './text'

interface PushSettingsProps { preview: PushPreview, draft: PushDraft, onChange: (part: Partial<PushDraft>) => void }

/** Which runtime settings the snapshot carries: none, unless the user ticks some. */
export function PushSettings ({ preview, draft, onChange }: PushSettingsProps) {
    const { settings, settingsRefused } = preview
    const ticked = tickedSettings(draft, preview).length
    const [open, setOpen] = useState(ticked > 0)
    if (settings.length === 0) {
        return null
    }
    const same = settings.filter(({ refused, here, there }) => refused === null && here === there)
    return (
        <div class="ffs-pair">
            <span class="ffs-pair-label">{t('settings.title')}</span>
            {settingsRefused !== null
                ? <p class="ffs-pair-value ffs-secondary">{t('settings.off')} {failureSentence(coded(settingsRefused))}</p>
                : <details class="ffs-fold ffs-pair-value" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
                    <summary tabIndex={0}>{t('settings.summary', { count: ticked })}</summary>
                    <p class="ffs-secondary">{t('settings.meaning', { instance: preview.target.instance.name })} {waySentence(draft)}</p>
                    {settings.filter(row => !same.includes(row)).map(row => (
                        <Setting
                            key={row.key} row={row} ticked={draft.settings.has(row.key)}
                            onTick={isOn => onChange({ settings: withTick(draft.settings, row.key, isOn) })}
                        />
                    ))}
                    {offeredSettings(preview).length === 0 && <p>{t('settings.none')}</p>}
                    {same.length > 0 && <p class="ffs-secondary">{t('settings.same', { names: listed(same.map(nameOf)) })}</p>}
                </details>}
        </div>
    )
}

/** What the push does for the variables of the instance, which an import would lose otherwise. */
function waySentence ({ rule, name }: PushDraft): string {
    return rule === 'mine' ? '' : t('settings.capture', { capture: beforePushName(name), name: name.trim() })
}

function Setting ({ row, ticked, onTick }: { row: SettingRow, ticked: boolean, onTick: (isOn: boolean) => void }) {
    const { key, here, there, refused } = row
    const warning = key === 'disableEditor' && here === true ? t('settings.editorOff') : key === 'httpAdminRoot' ? t('settings.editorMoves') : null
    return (
        <label class="ffs-check">
            <input
                type="checkbox" checked={ticked && refused === null} disabled={refused !== null}
                onChange={event => onTick(event.currentTarget.checked)}
            />
            <span class="ffs-wrap">
                {nameOf(row)}
                <span class="ffs-secondary ffs-below">
                    {refused === null ? t('settings.change', { here: shown(key, here), there: shown(key, there) }) : failureSentence(coded(refused))}
                </span>
                {ticked && refused === null && warning !== null && <span class="ffs-warning-text ffs-below">{warning}</span>}
            </span>
        </label>
    )
}

export function nameOf ({ key }: SettingRow): string {
    return t(`settingNames.${key.replace('.', '-')}`)
}

export function shown (key: SettingRow['key'], value: SettingRow['here']): string {
    if (key === 'httpNodeCORS' && value === false) {
        return t('settings.corsOff')
    }
    if (typeof value === 'boolean') {
        return t(value ? 'settings.yes' : 'settings.no')
    }
    return value === null ? t('settings.unknown') : value === '' ? t('settings.unset') : value
}

function withTick (ticked: ReadonlySet<string>, key: string, isOn: boolean): ReadonlySet<string> {
    const next = new Set(ticked)
    if (isOn) {
        next.add(key)
    } else {
        next.delete(key)
    }
    return next
}
