import type { ComponentChildren } from 'preact'
import { Button, Icon } from './button'
import { type Failure, failureSentence, nextStep } from './failure'
import { t } from './text'

const looks = {
    error: { icon: 'exclamation-circle', role: 'alert' },
    warning: { icon: 'exclamation-triangle', role: undefined },
    info: { icon: 'info-circle', role: undefined },
    success: { icon: 'check-circle', role: 'status' }
} as const

/** Sentences that matter, with an icon and room for what to do about them. */
export function Message ({ look, children }: { look: keyof typeof looks, children: ComponentChildren }) {
    const { icon, role } = looks[look]
    return (
        <div class={`ffs-message ffs-message-${look}`} role={role}>
            <Icon name={icon} />
            <div class="ffs-message-text">{children}</div>
        </div>
    )
}

interface FailureMessageProps {
    failure: Failure
    retry?: () => void
    connect?: () => void
    choose?: () => void
    children?: ComponentChildren
}

/** A failure as its sentence, with the button for the next thing to do where the caller has it. */
export function FailureMessage (props: FailureMessageProps) {
    const step = nextStep(props.failure)
    const run = props[step]
    return (
        <Message look="error">
            <p>{failureSentence(props.failure)}</p>
            {props.children}
            {run !== undefined && <p><Button small onClick={run}>{stepLabel(step)}</Button></p>}
        </Message>
    )
}

export function Loading ({ text }: { text?: string }) {
    return <p class="ffs-loading" role="status"><span class="ffs-spinner" aria-hidden="true" /> {text ?? t('common.loading')}</p>
}

function stepLabel (step: ReturnType<typeof nextStep>): string {
    switch (step) {
    case 'connect': return t('connect.again')
    case 'choose': return t('target.choose')
    case 'retry': return t('common.retry')
    }
}
