/** The lazily loaded part of the editor: the panel, and the push that the action starts. */
import { render } from 'preact'
import { useEffect } from 'preact/hooks'
import { permissions } from '../shared/permissions'
import type { PanelState } from '../shared/requests'
import { Account } from './account'
import { api } from './api'
import { Button } from './button'
import { openConnectDialog } from './connect-dialog'
import { isDialogOpen } from './dialog'
import { coded } from './failure'
import { useGlances } from './glances'
import { openLater } from './later'
import { LocalNotices } from './local-notices'
import { LocalSection, SnapshotTabs } from './snapshot-tabs'
import { FailureMessage, Loading, Message } from './message'
import * as flows from './node-red-flows'
import { hasPermission, onEditorEvent, onReconnect } from './node-red'
import { useObservable } from './observable'
import './drawing.css'
import './panel.css'
import './view.css'
import { PanelModel } from './panel-model'
import { openPushDialog } from './push-dialog'
import { isBlocked, TargetBlock } from './target'
import { listed, t } from './text'
import { useLocalNews } from './local-news'
import { NotConnected, worksLocally, Welcome } from './welcome'
import { WorkLines } from './work-line'

const model = new PanelModel(api, { ...flows, hasUndeployedEdits: () => flows.hasUndeployedEdits() || flows.isEditing() })
let ready: Promise<unknown> | null = null
let root: HTMLElement | null = null

export function mountPanel (element: HTMLElement): void {
    root = element
    ready = hasPermission(permissions.see) ? Promise.all([model.refresh(), model.local.refresh()]) : Promise.resolve()
    onReconnect(() => model.reconnected())
    render(<Panel />, element)
}

/** Opens the push dialog; where that is not possible yet, the panel at the next thing to do. */
export async function startPush (showPanel: () => void): Promise<void> {
    await ready
    if (canPush()) {
        openPushDialog(model)
        return
    }
    showNextThing(showPanel)
}

/** Opens the picker of a pull; where there is no sign-in yet, the panel at the next thing to do. */
export async function startPull (showPanel: () => void): Promise<void> {
    await ready
    if (canPull()) {
        openPull(model)
        return
    }
    showNextThing(showPanel)
}

function showNextThing (showPanel: () => void): void {
    showPanel()
    // The tab is shown after this turn. Whoever has opened a dialog by then keeps the focus in it.
    setTimeout(() => {
        if (!isDialogOpen()) {
            root?.querySelector<HTMLElement>('[data-ffs-next]')?.focus()
        }
    }, 100)
}

function canPush (): boolean {
    const { connection, target, connectionProblem = null } = model.state.value ?? {}
    return hasPermission(permissions.act) && Boolean(connection && target) && connectionProblem === null && !isBlocked(model.target)
}

function canPull (): boolean {
    const { connection, connectionProblem = null } = model.state.value ?? {}
    return hasPermission(permissions.act) && Boolean(connection) && connectionProblem === null
}

function Panel () {
    useObservable(model)
    useEffect(() => onEditorEvent(['login'], () => void Promise.all([model.refresh(), model.local.refresh()])), [])
    useGlances(model, () => root)
    useLocalNews(model, () => root)
    if (!hasPermission(permissions.see)) {
        return <div class="ffs-panel"><Message look="info"><p tabIndex={-1} data-ffs-next>{t('panel.mayNotSee', { permission: listed(permissions.see) })}</p></Message></div>
    }
    const { value: state, failure } = model.state
    return (
        <div class="ffs-panel">
            {failure !== null && <FailureMessage failure={failure} retry={() => void model.refresh()} />}
            {state === null && failure === null && <Loading />}
            {state !== null && (state.connection === null ? <Unconnected state={state} /> : <Connected state={state} />)}
        </div>
    )
}

function Unconnected ({ state }: { state: PanelState }) {
    const mayAct = hasPermission(permissions.act)
    const isLocal = worksLocally()
    return (
        <>
            <LocalNotices model={model} mayAct={mayAct} />
            {isLocal ? <NotConnected model={model} state={state} mayAct={mayAct} /> : <Welcome model={model} state={state} mayAct={mayAct} />}
            {!mayAct && <ReadOnly />}
            {isLocal && <LocalSection model={model} mayAct={mayAct} primary={mayAct} />}
        </>
    )
}

function Connected ({ state }: { state: PanelState }) {
    const mayAct = hasPermission(permissions.act)
    const { connection, target } = state
    const isRefused = isBlocked(model.target) || state.connectionProblem !== null
    return (
        <>
            {connection !== null && <Account model={model} connection={connection} mayAct={mayAct} openEditor={state.openEditor} />}
            {state.connectionProblem !== null && <FailureMessage failure={coded(state.connectionProblem)} connect={() => openConnectDialog(model)} />}
            {!mayAct && <ReadOnly />}
            <LocalNotices model={model} mayAct={mayAct} />
            <TargetBlock model={model} state={state} mayAct={mayAct} />
            {target !== null && mayAct && <div class="ffs-block ffs-actions">
                <Button primary next={!isRefused} disabled={isRefused} onClick={() => openPushDialog(model)}>{t('push.open')}</Button>
                <Button disabled={state.connectionProblem !== null} onClick={() => openPull(model)}>{t('pull.open')}</Button>
            </div>}
            <WorkLines model={model} />
            {target !== null && state.connectionProblem === null
                ? <SnapshotTabs model={model} target={target} mayAct={mayAct} mayPush={mayAct && !isRefused} />
                : <LocalSection model={model} mayAct={mayAct} primary={false} />}
        </>
    )
}

function ReadOnly () {
    return <Message look="info"><p tabIndex={-1} data-ffs-next>{t('panel.readOnly', { permissions: listed(permissions.act) })}</p></Message>
}

function openPull (model: PanelModel): void {
    openLater(async () => (await import('./pull-dialog')).openPullDialog(model))
}
