import { useEffect, useRef, useState } from 'preact/hooks'
import type { Connection } from '../shared/requests'
import { AbilityList } from './ability-list'
import { serverLabel } from './addresses'
import { Icon } from './button'
import { openConnectDialog } from './connect-dialog'
import { openDisconnectDialog } from './disconnect-dialog'
import type { PanelModel } from './panel-model'
import { t } from './text'

/** Who is signed in where, with a menu for changing it. */
export function Account (props: { model: PanelModel, connection: Connection, mayAct: boolean, openEditor: boolean }) {
    const { model, connection, mayAct, openEditor } = props
    const { user, server, platformVersion } = connection
    const target = model.target.value
    const details = [user.name || user.username, server, platformVersion === null ? '' : `FlowFuse ${platformVersion}`].filter(Boolean).join('\n')
    return (
        <div class="ffs-account">
            <div class="ffs-account-row">
                <span class="ffs-account-name" title={details}>
                    <span class={`ffs-dot ffs-dot-${model.isSignedOut ? 'bad' : 'good'}`} aria-hidden="true" /> {model.isSignedOut && `${t('panel.signedOut')} `}{t('account.signedIn', { user: user.username, server: serverLabel(server) })}
                </span>
                {mayAct && <AccountMenu model={model} server={server} />}
            </div>
            {openEditor && <p class="ffs-secondary">{t('account.openEditor', { user: user.username })}</p>}
            {target !== null && <AbilityList target={target} server={server} />}
        </div>
    )
}

function AccountMenu ({ model, server }: { model: PanelModel, server: string }) {
    const [open, setOpen] = useState(false)
    const root = useRef<HTMLDivElement>(null)
    const button = useRef<HTMLButtonElement>(null)
    useEffect(() => {
        if (!open) {
            return
        }
        root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
        const closeOutside = (event: Event) => {
            if (!root.current?.contains(event.target as Node)) {
                setOpen(false)
            }
        }
        document.addEventListener('pointerdown', closeOutside)
        return () => document.removeEventListener('pointerdown', closeOutside)
    }, [open])

    const onKey = (event: KeyboardEvent) => {
        const items = [...root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []]
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
        if (event.key === 'Escape' && open) {
            event.stopPropagation()
            setOpen(false)
            button.current?.focus()
        } else if (event.key === 'Tab') {
            setOpen(false)
        } else if (step !== undefined && items.length > 0) {
            event.preventDefault()
            const at = items.indexOf(document.activeElement as HTMLElement)
            items[(at + step + items.length) % items.length]?.focus()
        }
    }
    // The dialog gives focus back to where it came from: the button, not the item that is about to vanish.
    const choose = (run: () => void) => {
        setOpen(false)
        button.current?.focus()
        run()
    }
    return (
        <div class="ffs-menu" ref={root} onKeyDown={onKey}>
            <button
                ref={button} type="button" class="red-ui-button red-ui-button-small" aria-haspopup="menu" aria-expanded={open}
                aria-label={t('account.menu')} title={t('account.menu')} onClick={() => setOpen(!open)}
            >
                <Icon name="cog" />
            </button>
            {open && <div class="ffs-menu-items" role="menu">
                <button type="button" role="menuitem" tabIndex={-1} onClick={() => choose(() => openConnectDialog(model))}>{t('account.change')}</button>
                <button type="button" role="menuitem" tabIndex={-1} onClick={() => choose(() => openDisconnectDialog(model, server))}>{t('account.disconnect')}</button>
            </div>}
        </div>
    )
}
