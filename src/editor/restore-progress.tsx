import type { RestoreWork } from './restore-work'
import { t } from './text'
import { WorkProgress } from './work-progress'

/** A restore or undo under way. It can't be ended half-way. */
export function RestoreProgress ({ work: { job, unheard }, close }: { work: RestoreWork, close: () => void }) {
    // Taking back is a step only of what fails.
    const steps = job?.steps.filter(({ id, state }) => id !== 'take-back' || state !== 'waiting')
    return <WorkProgress
        steps={steps?.map(step => ({ ...step, text: t(`restoreSteps.${step.id}`) })) ?? null}
        unheard={unheard ? t('restoreHere.unheard') : null}
        goesOn={t('restoreHere.goesOn')}
        close={close}
    />
}
