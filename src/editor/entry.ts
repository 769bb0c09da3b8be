/** What every start of the editor loads: registers panel, actions and menu items. The panel itself is fetched when it is first needed. */
import { addAction, addMainMenuItems, addSidebarTab, registerPlugin, resourceUrl, showSidebarTab } from './node-red'
import type * as Panel from './panel'
import { fullKey, t } from './text'

const tabId = 'flowfuse-snapshots'
const pushAction = 'flowfuse-snapshots:push'
const pullAction = 'flowfuse-snapshots:pull'
const content = document.createElement('div')
let panel: Promise<typeof Panel> | null = null
let attempts = 0

registerPlugin('flowfuse-snapshots', () => {
    content.className = 'ffs-root'
    content.style.height = '100%'
    addAction(pushAction, fullKey('action.push'), () => void start('startPush'))
    addAction(pullAction, fullKey('action.pull'), () => void start('startPull'))
    addSidebarTab({
        id: tabId,
        label: t('panel.tab'),
        name: t('panel.title'),
        iconClass: 'fa fa-cloud-upload',
        content,
        action: pushAction,
        enableOnEdit: true,
        onchange: () => void loadPanel()
    })
    addMainMenuItems([
        { id: 'flowfuse-snapshots-menu-push', label: t('action.push'), onselect: pushAction },
        { id: 'flowfuse-snapshots-menu-pull', label: t('action.pull'), onselect: pullAction }
    ])
})

async function start (road: 'startPush' | 'startPull'): Promise<void> {
    const loaded = await loadPanel()
    if (loaded === null) {
        showSidebarTab(tabId)
        return
    }
    await loaded[road](() => showSidebarTab(tabId))
}

/** The mounted panel; null when it could not be loaded, which the tab then says. */
async function loadPanel (): Promise<typeof Panel | null> {
    panel ??= fetchPanel()
    try {
        return await panel
    } catch {
        panel = null
        showMessage(t('panel.loadFailed'), { label: t('common.retry'), run: () => void loadPanel() })
        return null
    }
}

async function fetchPanel (): Promise<typeof Panel> {
    showMessage(t('common.loading'))
    // Browsers remember a failed import by its address.
    const again = attempts++ === 0 ? '' : `&retry=${attempts}`
    const [loaded] = await Promise.all([
        import(resourceUrl('dist/panel.js') + again) as Promise<typeof Panel>,
        loadStyles(resourceUrl('dist/panel.css') + again)
    ])
    content.replaceChildren()
    loaded.mountPanel(content)
    return loaded
}

async function loadStyles (href: string): Promise<void> {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = href
    await new Promise((resolve, reject) => {
        link.onload = resolve
        link.onerror = () => {
            link.remove()
            reject(new Error('styles'))
        }
        document.head.append(link)
    })
}

function showMessage (text: string, action?: { label: string, run: () => void }): void {
    const message = document.createElement('p')
    message.setAttribute('role', 'status')
    message.style.padding = '12px'
    message.textContent = text
    content.replaceChildren(message)
    if (action !== undefined) {
        const button = document.createElement('button')
        button.type = 'button'
        button.className = 'red-ui-button'
        button.style.marginLeft = '12px'
        button.textContent = action.label
        button.addEventListener('click', action.run)
        content.append(button)
    }
}
