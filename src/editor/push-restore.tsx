import type { PushPreview } from '../shared/requests'
import { beforeRestoreName } from '../shared/names'
import { PushNotes } from './push-contents'
import type { PushDraft } from './push-draft'
import { t } from './text'

/** Restore now, and the capture that gives a way back. */
export function PushRestore ({ preview, draft, onChange }: { preview: PushPreview, draft: PushDraft, onChange: (part: Partial<PushDraft>) => void }) {
    const instance = preview.target.instance.name
    return (
        <div class="ffs-restore">
            <label class="ffs-check">
                <input type="checkbox" checked={draft.restore} onChange={event => onChange({ restore: event.currentTarget.checked })} />
                <span>{t('restore.now')}<span class="ffs-secondary ffs-below">{t(draft.restore ? 'restore.meaning' : 'restore.without', { instance })}</span></span>
            </label>
            {draft.restore && <div class="ffs-indent">
                <label class="ffs-check">
                    <input type="checkbox" checked={draft.captureBefore} onChange={event => onChange({ captureBefore: event.currentTarget.checked })} />
                    <span class="ffs-wrap">
                        {t('restore.captureBefore', { name: beforeRestoreName(draft.name) })}
                        {!draft.captureBefore && <span class="ffs-secondary ffs-below">{t('restore.noWayBack')}</span>}
                    </span>
                </label>
                <PushNotes notes={preview.notes.filter(({ code }) => code.startsWith('restore-'))} />
            </div>}
        </div>
    )
}
