import type { StepOf } from '../shared/requests'
import { Icon } from './button'
import { t } from './text'

const icons: Record<StepOf<string>['state'], string> = { waiting: 'circle-o', running: 'circle-o-notch fa-spin', done: 'check', failed: 'times' }

/** The steps of long work as they stand. */
export function JobSteps ({ steps, label }: { steps: Array<StepOf<string> & { text: string }>, label: string }) {
    return (
        <ol class="ffs-steps" aria-live="polite" aria-label={label}>
            {steps.map(({ id, state, text }) => (
                <li key={id} class={`ffs-step ffs-step-${state}`}>
                    <Icon name={icons[state]} /> {text} <span class="ffs-hidden-text">{t(`stepStates.${state}`)}</span>
                </li>
            ))}
        </ol>
    )
}
