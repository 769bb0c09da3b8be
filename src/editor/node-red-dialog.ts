import { deploying } from './node-red-flows'
import type { Editor, Query } from './node-red-types'

/** Node-RED's own dialogs. */

declare const RED: Editor
declare const $: (selector: HTMLElement) => Query

export interface DialogWindow { content: HTMLElement, close: () => void }

/** While one is open, the editor's own keys are off. */
let openDialogs = 0
/** What is open, the one on top last. A dialog that is closing is none of them any more: the next key is for the one below. */
const stack: HTMLElement[] = []
/** Keys that have closed one. Not what was prevented: Node-RED prevents some as well. */
const taken = new WeakSet<Event>()

/**
 * Opens a modal dialog with an empty content element. Escape closes it, focus stays inside, and goes back where it was.
 * @param onClose called once, however it is closed
 * @param mayClose asked each time before; false keeps it open
 */
export function openDialogWindow (title: string, width: number, onClose: () => void, mayClose: () => boolean = () => true): DialogWindow {
    const content = document.createElement('div')
    content.className = 'ffs-dialog'
    const query = $(content).appendTo('#red-ui-editor')
    const close = () => { query.dialog('close') }
    const place = () => ({
        width: Math.min(width, window.innerWidth - 16),
        position: { my: 'top', at: `top+${Math.min(70, Math.round(window.innerHeight / 12))}`, of: window }
    })
    const placeAgain = () => { query.dialog('option', place()) }
    // The editor takes the focus away when others deploy: no key would reach the dialog then.
    const onStrayKey = (event: KeyboardEvent) => {
        // The key that closes a dialog is not for the one below.
        if (stack.at(-1) === content && !taken.has(event)) {
            const isLost = document.activeElement === document.body
            if (event.key === 'Escape' && (isLost || isInNews())) {
                taken.add(event)
                close()
            } else if (event.key === 'Tab' && isLost) {
                event.preventDefault()
                content.querySelector<HTMLElement>('[data-first]')?.focus()
            }
        }
    }
    const end = () => {
        window.removeEventListener('resize', placeAgain)
        document.removeEventListener('keydown', onStrayKey)
        if (--openDialogs === 0) {
            RED.keyboard.enable()
        }
        document.body.classList.remove(deploying)
        onClose()
        query.dialog('destroy').remove()
    }
    window.addEventListener('resize', placeAgain)
    document.addEventListener('keydown', onStrayKey)
    query.dialog({
        ...place(),
        title,
        modal: true,
        resizable: false,
        classes: { 'ui-dialog': 'red-ui-editor-dialog ffs-dialog-window', 'ui-dialog-titlebar-close': 'hide' },
        open: () => {
            openDialogs++
            stack.push(content)
            RED.keyboard.disable()
        },
        beforeClose: () => mayClose(),
        // After this turn: Node-RED's own key handler still has to see the key that closed it, and its target in the page.
        close: () => {
            stack.splice(stack.indexOf(content), 1)
            setTimeout(end)
        }
    })
    letNotificationsBeUsed(query)
    return { content, close }
}

/** Whether the editor has given the focus to what it tells of others, and does not ask back about a deploy of ours. */
function isInNews (): boolean {
    return Boolean(document.activeElement?.closest('#red-ui-notifications')) && !document.body.classList.contains(deploying)
}

/** A deploy may ask back in a notification: it must be usable while the dialog is open. */
function letNotificationsBeUsed (query: Query): void {
    const instance = query.dialog('instance')
    const allowed = instance?._allowInteraction
    if (instance !== undefined && allowed !== undefined) {
        instance._allowInteraction = event => {
            const isNotification = event.target instanceof Element && event.target.closest('#red-ui-notifications') !== null
            return isNotification || allowed.call(instance, event)
        }
    }
}
