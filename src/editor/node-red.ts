import type { Editor, SidebarTab } from './node-red-types'

/** The Node-RED editor as this plugin uses it. Nothing but the `node-red*.ts` here touches the globals `RED` and `$`. */

declare const RED: Editor

/** The sentence of a key with its namespace, or null when no catalog has it. `values` are never looked up as options of i18next. */
export function translate (key: string, values: Record<string, string | number>): string | null {
    const { count } = values
    const text = RED._(key, { replace: values, ...(typeof count === 'number' ? { count } : {}) })
    return typeof text === 'string' && text !== key && !key.endsWith(`:${text}`) ? text : null
}

export function language (): string {
    return RED.i18n.lang()
}

/** Absolute address of a file below the package's `resources/` folder. */
export function resourceUrl (path: string): string {
    return new URL(`${RED.settings.apiRootUrl ?? ''}resources/${PLUGIN_PACKAGE}/${path}?v=${PLUGIN_VERSION}`, document.baseURI).href
}

export function registerPlugin (id: string, onadd: () => void): void {
    RED.plugins.registerPlugin(id, { onadd })
}

export function addSidebarTab (tab: SidebarTab): void {
    RED.sidebar.addTab(tab)
}

export function showSidebarTab (id: string): void {
    RED.sidebar.show(id)
}

/** @param label key of the catalog, with its namespace */
export function addAction (name: string, label: string, handler: () => void): void {
    RED.actions.add(name, handler, { label })
}

/** Adds items at the end of the main menu, once that exists: on 4.1 it may be built later than the plugins are loaded. */
export function addMainMenuItems (items: Array<{ id: string, label: string, onselect: string }>): void {
    const menu = 'red-ui-header-button-sidemenu'
    if (document.getElementById(`${menu}-submenu`) === null) {
        setTimeout(() => addMainMenuItems(items), 100)
        return
    }
    RED.menu.addItem(menu, null)
    items.forEach(item => RED.menu.addItem(menu, item))
}

export function hasPermission (needed: readonly string[]): boolean {
    return RED.user.hasPermission(needed)
}

/** What this browser remembers, as text; null when it was never told. */
export function remembered (key: string): string | null {
    return RED.settings.getLocal(key)
}

export function remember (key: string, value: string): void {
    RED.settings.setLocal(key, value)
}

/** Calls `listener` after each of the editor's own events named. @returns a function that ends it */
export function onEditorEvent (events: Array<'deploy' | 'workspace:dirty' | 'login'>, listener: () => void): () => void {
    events.forEach(event => RED.events.on(event, listener))
    return () => events.forEach(event => RED.events.off(event, listener))
}

/** Calls `listener` each time the editor has found its runtime again. Node-RED tells of no loss. */
export function onReconnect (listener: () => void): void {
    RED.comms.on('connect', listener)
}

/** Shows a passing message. The text is shown as text. */
export function notify (text: string, type: 'success' | 'error'): void {
    const message = document.createElement('p')
    message.textContent = text
    RED.notify(message, { type, timeout: 8000 })
}
