import { onEditorEvent } from './node-red'
import { request } from './node-red-requests'
import type { Editor } from './node-red-types'

/** The flows as the editor holds them: shown, edited, deployed. */

declare const RED: Editor

export function hasUndeployedEdits (): boolean {
    return RED.nodes.dirty()
}

/** True while a node or another part of the flows is open for editing. */
export function isEditing (): boolean {
    return RED.editor.getEditStack().length > 0
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

/** Class of the page while it deploys for an open dialog. */
export const deploying = 'ffs-deploying'

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

/** Calls `listener` after each deploy from anywhere with the revision, and once with that of the last one. @returns a function that ends it */
export function onAnyDeploy (listener: (revision: string | undefined) => void): () => void {
    const topic = 'notification/runtime-deploy'
    const hear = (_: string, { revision }: { revision?: string }) => listener(revision)
    RED.comms.subscribe(topic, hear)
    return () => RED.comms.unsubscribe(topic, hear)
}
