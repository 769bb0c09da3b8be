import type { ComponentChildren } from 'preact'

interface ButtonProps {
    /** Without it the button submits its form. */
    onClick?: () => void
    primary?: boolean
    small?: boolean
    disabled?: boolean
    title?: string
    /** Focus when a dialog opens. */
    first?: boolean
    /** The next thing to do in the panel: where the push action leads while it cannot push. */
    next?: boolean
    children: ComponentChildren
}

export function Button ({ onClick, primary, small, disabled, title, first, next, children }: ButtonProps) {
    const classes = ['red-ui-button', primary && 'primary', small && 'red-ui-button-small', disabled && 'disabled']
    return (
        <button
            type={onClick === undefined ? 'submit' : 'button'} class={classes.filter(Boolean).join(' ')} onClick={onClick} disabled={disabled} title={title}
            data-first={first || undefined} data-ffs-next={next || undefined}
        >{children}</button>
    )
}

export function Icon ({ name }: { name: string }) {
    return <i class={`fa fa-${name}`} aria-hidden="true" />
}

/** A link that leaves the editor. */
export function OutsideLink ({ href, children }: { href: string, children: ComponentChildren }) {
    return <a class="ffs-link" href={href} target="_blank" rel="noopener noreferrer">{children} <Icon name="external-link" /></a>
}
