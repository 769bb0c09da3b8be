/** The Node-RED editor as this plugin uses it. Nothing else in the editor part touches the globals `RED` and `$`. */

interface Query {
    appendTo (selector: string): Query
    dialog (options: object): Query
    dialog (command: 'close' | 'destroy'): Query
    dialog (command: 'option', options: object): Query
    dialog (command: 'instance'): { _allowInteraction?: (event: { target: EventTarget | null }) => boolean } | undefined
    remove (): void
}

interface AjaxFailure { status: number, responseJSON?: unknown, responseText?: string }
interface AjaxResponse { getResponseHeader (name: string): string | null }

interface SidebarTab {
    id: string
    label: string
    name: string
    iconClass: string
    content: HTMLElement
    action: string
    enableOnEdit: boolean
    onchange: () => void
}

interface Editor {
    _ (key: string, options?: object): unknown
    settings: { apiRootUrl?: string, getLocal (key: string): string | null, setLocal (key: string, value: string): void }
    i18n: { lang (): string }
    plugins: { registerPlugin (id: string, definition: { onadd: () => void }): void }
    actions: { add (name: string, handler: () => void, options: { label: string }): void, invoke (name: string): void }
    menu: { addItem (menu: string, item: { id: string, label: string, onselect: string } | null): void }
    sidebar: { addTab (tab: SidebarTab): void, show (id: string): void, config: { refresh (): void } }
    keyboard: { disable (): void, enable (): void }
    user: { hasPermission (permission: readonly string[]): boolean }
    nodes: {
        dirty (dirty?: boolean): boolean
        version (revision?: string): string | null
        clear (): void
        createCompleteNodeSet (options: { credentials: boolean }): object[]
        import (flows: object[]): void
        getWorkspaceOrder (): string[]
        subflow (id: string | number): object | null | undefined
    }
    editor: { getEditStack (): unknown[] }
    tray: { close (done: () => void): void }
    history: { clear (): void }
    view: { redraw (updateActive: boolean): void, importNodes (nodes: object[], options: object): void }
    palette: { refresh (): void }
    workspaces: { active (): string | number, show (id: string | number, skipStack: boolean): void, refresh (): void }
    deploy: { setDeployInflight (inflight: boolean): void }
    events: { on (event: string, listener: () => void): void, off (event: string, listener: () => void): void }
    comms: {
        on (event: 'connect', listener: () => void): void
        subscribe (topic: string, listener: (topic: string, message: { revision?: string }) => void): void
        unsubscribe (topic: string, listener: (topic: string, message: { revision?: string }) => void): void
    }
    notify (message: HTMLElement, options: { type: 'success' | 'error', timeout?: number }): void
}

declare const RED: Editor
declare const $: ((selector: HTMLElement) => Query) & {
    ajax (options: object): {
        then (done: (answer: unknown, status: string, response: AjaxResponse) => void, failed: (failure: AjaxFailure) => void): void
    }
}

/** A request that failed: `status` 0 means that nothing answered; `body` is the JSON of the answer, if it was JSON. */
export class RequestFailure extends Error {
    constructor (readonly status: number, readonly body: unknown) {
        super(`status ${status}`)
    }
}

/** Sends JSON to a path below the admin root, with Node-RED's own sign-in. @throws RequestFailure */
export async function request (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const content = method === 'GET' ? {} : { contentType: 'application/json', data: JSON.stringify(body ?? {}) }
    return await new Promise((resolve, reject) => {
        $.ajax({ url: path, method, dataType: 'json', cache: method !== 'GET', timeout: 120_000, ...content })
            .then(resolve, failure => reject(new RequestFailure(failure.status, failure.responseJSON)))
    })
}

/** The text of a path's answer, not read as JSON: large ones are read where nobody waits for it. @throws RequestFailure */
export async function requestText (path: string): Promise<string> {
    return await new Promise((resolve, reject) => {
        $.ajax({ url: path, method: 'GET', dataType: 'text', cache: false, timeout: 120_000, headers: { Accept: 'application/json' } })
            .then(text => resolve(String(text)), ({ status, responseText }) => reject(new RequestFailure(status, readJson(responseText))))
    })
}

/** Sends a file as it is, its name percent-encoded in `X-File-Name`. @throws RequestFailure */
export async function sendFile (path: string, file: File, contentType: string): Promise<unknown> {
    const headers = { 'X-File-Name': encodeURIComponent(file.name) }
    return await new Promise((resolve, reject) => {
        $.ajax({ url: path, method: 'POST', dataType: 'json', timeout: 120_000, contentType, headers, data: file, processData: false })
            .then(resolve, failure => reject(new RequestFailure(failure.status, failure.responseJSON)))
    })
}

/** A file that a path answers with, and the header that names it. @throws RequestFailure */
export async function requestFile (path: string, body: object): Promise<{ text: string, disposition: string }> {
    const content = { contentType: 'application/json', data: JSON.stringify(body) }
    return await new Promise((resolve, reject) => {
        $.ajax({ url: path, method: 'POST', dataType: 'text', timeout: 120_000, ...content }).then(
            (text, _, response) => resolve({ text: String(text), disposition: response.getResponseHeader('Content-Disposition') ?? '' }),
            ({ status, responseText }) => reject(new RequestFailure(status, readJson(responseText)))
        )
    })
}

function readJson (text: string | undefined): unknown {
    try {
        return JSON.parse(text ?? '') as unknown
    } catch {
        return undefined
    }
}

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

export function hasUndeployedEdits (): boolean {
    return RED.nodes.dirty()
}

/** True while a node or another part of the flows is open for editing. */
export function isEditing (): boolean {
    return RED.editor.getEditStack().length > 0
}

/** What this browser remembers, as text; null when it was never told. */
export function remembered (key: string): string | null {
    return RED.settings.getLocal(key)
}

export function remember (key: string, value: string): void {
    RED.settings.setLocal(key, value)
}

/** What the workspace holds, with edits that are not deployed and without credentials, as JSON: a deploy would send the same. */
export function workspaceFlows (): string {
    return JSON.stringify(RED.nodes.createCompleteNodeSet({ credentials: false }))
}

/** While held, the editor says nothing when other flows are deployed than it shows. */
export function holdDeployNotice (held: boolean): void {
    RED.deploy.setDeployInflight(held)
}

/** Node-RED's revision of the flows that the editor shows. */
export function shownRevision (): string | null {
    return RED.nodes.version()
}

/** Node-RED's revision of the flows that run. @throws RequestFailure */
export async function runningRevision (): Promise<string> {
    return (await runningFlows()).rev
}

/**
 * Shows the flows that run instead of the ones that the editor holds, as if they had just been loaded: nothing is left to deploy or to
 * undo, and what was open for editing is closed. The tab that was shown stays, if it is still there.
 * @throws RequestFailure
 */
export async function loadRunningFlows (): Promise<void> {
    const { flows, rev } = await runningFlows()
    await closeEditing()
    const active = RED.workspaces.active()
    RED.nodes.clear()
    RED.history.clear()
    RED.nodes.version(rev)
    RED.nodes.import(flows)
    RED.nodes.dirty(false)
    RED.view.redraw(true)
    RED.palette.refresh()
    RED.workspaces.refresh()
    const order = RED.nodes.getWorkspaceOrder()
    const shown = order.includes(String(active)) || RED.nodes.subflow(active) ? active : order[0]
    if (shown !== undefined) {
        RED.workspaces.show(shown, true)
    }
    RED.sidebar.config.refresh()
}

async function runningFlows (): Promise<{ flows: object[], rev: string }> {
    // Node-RED's own requests ask for this version of the answer.
    return await request('GET', 'flows') as { flows: object[], rev: string }
}

/**
 * Puts nodes into the workspace and shows them, as Node-RED's own import does: under new ids, as edits that can be undone there and wait
 * to be deployed.
 * @param nodes a flow with all that it uses; changed by this
 */
export function copyIntoWorkspace (nodes: object[]): void {
    const before = new Set(RED.nodes.getWorkspaceOrder())
    RED.view.importNodes(nodes, { generateIds: true, touchImport: true, addFlow: false, notify: true })
    const added = RED.nodes.getWorkspaceOrder().find(id => !before.has(id))
    if (added !== undefined) {
        RED.workspaces.show(added, false)
    }
}

async function closeEditing (): Promise<void> {
    for (let left = RED.editor.getEditStack().length; left > 0; left--) {
        await new Promise<void>(resolve => {
            RED.tray.close(resolve)
            // Where there is no tray left, nothing answers.
            setTimeout(resolve, 1000)
        })
    }
}

const deploying = 'ffs-deploying'

/** Deploys as the Deploy button does. What Node-RED asks back (invalid nodes, unknown types) comes before an open dialog, and gets the focus. */
export function deploy (): void {
    const notifications = () => [...document.querySelectorAll('#red-ui-notifications > *')]
    const before = notifications()
    document.body.classList.add(deploying)
    RED.actions.invoke('core:deploy-flows')
    notifications().find(shown => !before.includes(shown))?.querySelector<HTMLElement>('button.primary')?.focus()
    const done = onEditorEvent(['deploy'], () => {
        document.body.classList.remove(deploying)
        done()
    })
}

/** Calls `listener` after each of the editor's own events named. @returns a function that ends it */
export function onEditorEvent (events: Array<'deploy' | 'workspace:dirty' | 'login'>, listener: () => void): () => void {
    events.forEach(event => RED.events.on(event, listener))
    return () => events.forEach(event => RED.events.off(event, listener))
}

/** Calls `listener` after each deploy from anywhere with the revision, and once with that of the last one. @returns a function that ends it */
export function onAnyDeploy (listener: (revision: string | undefined) => void): () => void {
    const topic = 'notification/runtime-deploy'
    const hear = (_: string, { revision }: { revision?: string }) => listener(revision)
    RED.comms.subscribe(topic, hear)
    return () => RED.comms.unsubscribe(topic, hear)
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

export interface DialogWindow { content: HTMLElement, close: () => void }

/** While one is open, the editor's own keys are off. */
let openDialogs = 0

/**
 * Opens a modal dialog with an empty content element. Escape closes it, focus stays inside, and goes back where it was.
 * @param onClose called once, however it is closed
 */
export function openDialogWindow (title: string, width: number, onClose: () => void): DialogWindow {
    const content = document.createElement('div')
    content.className = 'ffs-dialog'
    const query = $(content).appendTo('#red-ui-editor')
    const close = () => { query.dialog('close') }
    const place = () => ({
        width: Math.min(width, window.innerWidth - 16),
        position: { my: 'top', at: `top+${Math.min(70, Math.round(window.innerHeight / 12))}`, of: window }
    })
    const placeAgain = () => { query.dialog('option', place()) }
    let depth = 0
    // The editor takes the focus away when others deploy: no key would reach the dialog then.
    const onStrayKey = (event: KeyboardEvent) => {
        if (document.activeElement === document.body && openDialogs === depth) {
            if (event.key === 'Escape') {
                close()
            } else if (event.key === 'Tab') {
                event.preventDefault()
                content.querySelector<HTMLElement>('[data-first]')?.focus()
            }
        }
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
            depth = ++openDialogs
            RED.keyboard.disable()
        },
        // After this turn: Node-RED's own key handler still has to see the key that closed it, and its target in the page.
        close: () => setTimeout(() => {
            window.removeEventListener('resize', placeAgain)
            document.removeEventListener('keydown', onStrayKey)
            if (--openDialogs === 0) {
                RED.keyboard.enable()
            }
            document.body.classList.remove(deploying)
            onClose()
            query.dialog('destroy').remove()
        })
    })
    letNotificationsBeUsed(query)
    return { content, close }
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
