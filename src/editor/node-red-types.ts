/** As much of Node-RED's editor as this plugin uses: types of what `node-red*.ts` find in the page. */

/** A jQuery UI dialog and the element that it is made of. */
export interface Query {
    appendTo (selector: string): Query
    dialog (options: object): Query
    dialog (command: 'close' | 'destroy'): Query
    dialog (command: 'option', options: object): Query
    dialog (command: 'instance'): { _allowInteraction?: (event: { target: EventTarget | null }) => boolean } | undefined
    remove (): void
}

export interface AjaxFailure { status: number, responseJSON?: unknown, responseText?: string }
export interface AjaxResponse { getResponseHeader (name: string): string | null }

export interface SidebarTab {
    id: string
    label: string
    name: string
    iconClass: string
    content: HTMLElement
    action: string
    enableOnEdit: boolean
    onchange: () => void
}

/** Its global `RED`. */
export interface Editor {
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
