import { render, type ComponentChildren, type VNode } from 'preact'
import { openDialogWindow } from './node-red-dialog'

/**
 * Opens a modal dialog. Focus goes to the first element marked `data-first`.
 * @param draw gets the function that closes the dialog
 * @param onClose called once, however the dialog is closed
 * @param mayClose asked each time before; false keeps it open
 */
export function openDialog (
    title: string, width: number, draw: (close: () => void) => VNode, onClose: () => void = () => undefined, mayClose?: () => boolean
): void {
    const { content, close } = openDialogWindow(title, width, () => {
        render(null, content)
        onClose()
        setTimeout(focusWhatIsLeft)
    }, mayClose)
    render(draw(close), content)
    // What is drawn may have taken the focus already.
    if (!content.contains(document.activeElement)) {
        content.querySelector<HTMLElement>('[data-first]')?.focus()
    }
}

interface DialogFormProps {
    onSubmit: () => void
    busy?: boolean
    foot?: ComponentChildren
    buttons: ComponentChildren
    children: ComponentChildren
}

/** A dialog's content as a form: the body scrolls, `foot` and the buttons stay in sight. */
export function DialogForm (props: DialogFormProps) {
    const submit = (event: Event) => {
        event.preventDefault()
        props.onSubmit()
    }
    return (
        <form class="ffs-form" onSubmit={submit} aria-busy={props.busy === true} noValidate>
            <div class="ffs-dialog-body">{props.children}</div>
            {props.foot}
            <div class="ui-dialog-buttonpane ui-widget-content">
                <div class="ui-dialog-buttonset">{props.buttons}</div>
            </div>
        </form>
    )
}

export function isDialogOpen (): boolean {
    return document.querySelector('.ffs-dialog') !== null
}

/** What matches in the dialog on top, where several are open. */
export function inTopDialog (selector: string): HTMLElement | null {
    return [...document.querySelectorAll('.ffs-dialog')].at(-1)?.querySelector<HTMLElement>(selector) ?? null
}

/** True where what had the focus is gone, or off: keys would go nowhere. */
export function isFocusLost (): boolean {
    const { activeElement } = document
    return activeElement === null || activeElement === document.body || activeElement.matches(':disabled')
}

/** When what had the focus before the dialog is gone, it goes on in the dialog below, or at the next thing to do in the panel. */
function focusWhatIsLeft (): void {
    if (document.activeElement === document.body) {
        const next = isDialogOpen() ? inTopDialog('[data-first]') : document.querySelector<HTMLElement>('.ffs-panel [data-ffs-next]')
        next?.focus()
    }
}
