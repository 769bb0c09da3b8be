import { limits } from '../shared/limits'
import { coded, failureSentence } from './failure'
import { characters, descriptionProblem, nameProblem } from '../shared/names'
import type { PushDraft } from './push-draft'
import { t } from './text'

/** Name and description, with what is wrong with them said before the click. */
export function PushNames ({ draft, onChange }: { draft: PushDraft, onChange: (part: Partial<PushDraft>) => void }) {
    const wrongName = nameProblem(draft.name)
    const wrongDescription = descriptionProblem(draft.description)
    return (
        <>
            <div class="ffs-field">
                <label for="ffs-push-name">{t('push.name')}</label>
                <input
                    id="ffs-push-name" type="text" autocomplete="off" data-first value={draft.name} class={wrongName === null ? '' : 'input-error'}
                    aria-invalid={wrongName !== null} aria-describedby="ffs-push-name-help" onInput={event => onChange({ name: event.currentTarget.value })}
                />
                <p class="ffs-help ffs-line" id="ffs-push-name-help">
                    <span class="ffs-problem" aria-live="polite">{wrongName !== null && failureSentence(coded(wrongName))}</span>
                    <span class="ffs-count" aria-label={t('push.nameCountLabel', { length: characters(draft.name.trim()), max: limits.nameLength })}>
                        {t('push.nameCount', { length: characters(draft.name.trim()), max: limits.nameLength })}
                    </span>
                </p>
            </div>
            <div class="ffs-field">
                <label for="ffs-push-description">{t('push.description')}</label>
                <textarea
                    id="ffs-push-description" rows={2} value={draft.description} class={wrongDescription === null ? '' : 'input-error'}
                    aria-invalid={wrongDescription !== null} aria-describedby="ffs-push-description-help" onInput={event => onChange({ description: event.currentTarget.value })}
                />
                <p class="ffs-help" id="ffs-push-description-help"><span class="ffs-problem" aria-live="polite">{wrongDescription !== null && failureSentence(coded(wrongDescription))}</span></p>
            </div>
        </>
    )
}
