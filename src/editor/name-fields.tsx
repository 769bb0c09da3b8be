import { limits } from '../shared/limits'
import { characters, descriptionProblem, nameProblem } from '../shared/names'
import { coded, failureSentence } from './failure'
import { t } from './text'

interface NameFieldsProps {
    name: string
    description: string
    /** The name is the one that it had: then nothing is wrong with it. */
    unchanged: boolean
    /** Focus is elsewhere when the dialog opens. */
    later?: boolean
    onName: (name: string) => void
    onDescription: (description: string) => void
}

/** Name and description of a snapshot, with what is wrong with them said before the click. */
export function NameFields ({ name, description, unchanged, later, onName, onDescription }: NameFieldsProps) {
    const wrongName = unchanged ? null : nameProblem(name)
    const wrongDescription = descriptionProblem(description)
    const count = { length: characters(name.trim()), max: limits.nameLength }
    return (
        <>
            <div class="ffs-field">
                <label for="ffs-snapshot-name">{t('push.name')}</label>
                <input
                    id="ffs-snapshot-name" type="text" autocomplete="off" data-first={!later || undefined} value={name} class={wrongName === null ? '' : 'input-error'}
                    aria-invalid={wrongName !== null} aria-describedby="ffs-snapshot-name-help" onInput={event => onName(event.currentTarget.value)}
                />
                <p class="ffs-help ffs-line" id="ffs-snapshot-name-help">
                    <span class="ffs-problem" aria-live="polite">{wrongName !== null && failureSentence(coded(wrongName))}</span>
                    <span class="ffs-count" aria-label={t('push.nameCountLabel', count)}>{t('push.nameCount', count)}</span>
                </p>
            </div>
            <div class="ffs-field">
                <label for="ffs-snapshot-description">{t('push.description')}</label>
                <textarea
                    id="ffs-snapshot-description" rows={2} value={description} class={wrongDescription === null ? '' : 'input-error'}
                    aria-invalid={wrongDescription !== null} aria-describedby="ffs-snapshot-description-help" onInput={event => onDescription(event.currentTarget.value)}
                />
                <p class="ffs-help" id="ffs-snapshot-description-help">
                    <span class="ffs-problem" aria-live="polite">{wrongDescription !== null && failureSentence(coded(wrongDescription))}</span>
                </p>
            </div>
        </>
    )
}
