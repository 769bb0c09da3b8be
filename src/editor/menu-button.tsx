import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './button'
import { isFocusLost } from './dialog'

/** `refused`: why it can't be done. It is shown then, and does nothing. */
export interface MenuItem { label: string, run: () => void, refused?: string | undefined }

/** A small button that opens a menu. Arrow keys move in it, Escape closes it, focus comes back to the button. */
export function MenuButton ({ icon, label, items, onOpen }: { icon: string, label: string, items: MenuItem[], onOpen?: (() => void) | undefined }) {
    const [open, setOpen] = useState(false)
    const root = useRef<HTMLDivElement>(null)
    const button = useRef<HTMLButtonElement>(null)
    // Before the next key: it belongs to the menu.
    useLayoutEffect(() => {
        if (!open) {
            return
        }
        const shown = root.current?.querySelector<HTMLElement>('[role=menu]')
        shown?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
        shown?.scrollIntoView({ block: 'nearest' })
        const closeOutside = (event: Event) => {
            if (!root.current?.contains(event.target as Node)) {
                setOpen(false)
            }
        }
        document.addEventListener('pointerdown', closeOutside)
        return () => document.removeEventListener('pointerdown', closeOutside)
    }, [open])

    useLayoutEffect(() => {
        // The item that had it went away when the items came anew.
        if (open && isFocusLost()) {
            root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
        }
    })

    const onKey = (event: KeyboardEvent) => {
        const shown = [...root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []]
        const at = shown.indexOf(document.activeElement as HTMLElement)
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key]
        if (event.key === 'Escape' && open) {
            event.stopPropagation()
            setOpen(false)
            button.current?.focus()
        } else if (event.key === 'Tab') {
            setOpen(false)
        } else if (to !== undefined && shown.length > 0) {
            event.preventDefault()
            shown[(to + shown.length) % shown.length]?.focus()
        }
    }
    // A dialog gives focus back to where it came from: the button, not the item that is about to vanish.
    const choose = (run: () => void) => {
        setOpen(false)
        button.current?.focus()
        run()
    }
    const toggle = () => {
        setOpen(!open)
        if (!open) {
            onOpen?.()
        }
    }
    return (
        <div class="ffs-menu" ref={root} onKeyDown={onKey}>
            <button
                ref={button} type="button" class="red-ui-button red-ui-button-small" aria-haspopup="menu" aria-expanded={open}
                aria-label={label} title={label} onClick={toggle}
            >
                <Icon name={icon} />
            </button>
            {open && <div class="ffs-menu-items" role="menu" aria-label={label}>
                {items.map(({ label: name, run, refused }) => (
                    <button
                        key={name} type="button" role="menuitem" tabIndex={-1} aria-disabled={refused !== undefined || undefined} title={refused}
                        onClick={() => refused === undefined && choose(run)}
                    >{name}{refused !== undefined && <span class="ffs-hidden-text"> {refused}</span>}</button>
                ))}
            </div>}
        </div>
    )
}
