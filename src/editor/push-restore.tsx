import { useLayoutEffect, useRef } from 'preact/hooks'
import type { PushPreview } from '../shared/requests'
import { beforePushName, beforeRestoreName } from '../shared/names'
import { PushNotes } from './push-contents'
import { isImport, type PushDraft } from './push-draft'
import { Refusal } from './refusal'
import { t } from './text'

/** Restore now, and the capture that gives a way back. */
export function PushRestore (props: { preview: PushPreview, draft: PushDraft, server: string | null, onChange: (part: Partial<PushDraft>) => void }) {
    const { preview, draft, server, onChange } = props
    const instance = preview.target.instance.name
    const opened = useRef<HTMLDivElement>(null)
    const wasTicked = useRef(draft.restore)
    useLayoutEffect(() => {
        // It is the last in the dialog: what a tick opens would be below the edge.
        if (draft.restore && !wasTicked.current) {
            opened.current?.scrollIntoView({ block: 'nearest' })
        }
        wasTicked.current = draft.restore
    }, [draft.restore])
    if (preview.target.restoreRefused !== null) {
        return <p class="ffs-help">{t('signIn.restoreOff')} <Refusal refused={preview.target.restoreRefused} server={server} /></p>
    }
    // One capture is enough.
    const isCaptured = draft.rule !== 'mine' && isImport(draft, preview)
    const captureBefore = isCaptured || draft.captureBefore
    return (
        <div class="ffs-restore">
            <label class="ffs-check">
                <input type="checkbox" checked={draft.restore} onChange={event => onChange({ restore: event.currentTarget.checked })} />
                <span>{t('restore.now')}<span class="ffs-secondary ffs-below">{t(draft.restore ? 'restore.meaning' : 'restore.without', { instance })}</span></span>
            </label>
            {draft.restore && <div class="ffs-indent" ref={opened}>
                <label class="ffs-check">
                    <input
                        type="checkbox" checked={captureBefore} disabled={isCaptured}
                        onChange={event => onChange({ captureBefore: event.currentTarget.checked })}
                    />
                    <span class="ffs-wrap">
                        {t('restore.captureBefore', { name: (isCaptured ? beforePushName : beforeRestoreName)(draft.name) })}
                        {!captureBefore && <span class="ffs-secondary ffs-below">{t('restore.noWayBack')}</span>}
                    </span>
                </label>
                <PushNotes notes={preview.notes.filter(({ code }) => code.startsWith('restore-'))} />
            </div>}
        </div>
    )
}
