import type { PanelState } from '../shared/requests'
import { Button } from './button'
import { openConnectDialog } from './connect-dialog'
import { coded } from './failure'
import { FailureMessage } from './message'
import { remember, remembered } from './node-red'
import type { PanelModel } from './panel-model'
import { t } from './text'

const key = 'flowfuse-snapshots-local'

/** Whether somebody chose in this browser to work without FlowFuse. */
export function worksLocally (): boolean {
    return remembered(key) === 'yes'
}

interface WelcomeProps { model: PanelModel, state: PanelState, mayAct: boolean }

/** The first screen: one sentence, one button, and the way to do without FlowFuse. */
export function Welcome ({ model, state: { connectionProblem }, mayAct }: WelcomeProps) {
    const automatic = model.local.value?.automatic
    const workLocally = () => {
        remember(key, 'yes')
        model.redraw()
    }
    return (
        <div class="ffs-block ffs-welcome">
            {connectionProblem !== null && <FailureMessage failure={coded(connectionProblem)} />}
            {connectionProblem === null && <p>{t('panel.welcome')}</p>}
            {mayAct && <Button primary next onClick={() => openConnectDialog(model)}>{t(connectionProblem === null ? 'connect.open' : 'connect.again')}</Button>}
            <Button onClick={workLocally}>{t('local.workLocally')}</Button>
            {automatic?.on === true && <p class="ffs-secondary">{t('local.firstRun', { count: automatic.keep })}</p>}
        </div>
    )
}

/** What is left of the first screen for those who do without FlowFuse. */
export function NotConnected ({ model, state: { connectionProblem }, mayAct }: WelcomeProps) {
    return (
        <div class="ffs-account">
            {connectionProblem !== null && <FailureMessage failure={coded(connectionProblem)} />}
            <div class="ffs-line">
                <span>{t('local.notConnected')}</span>
                {mayAct && <Button small onClick={() => openConnectDialog(model)}>{t(connectionProblem === null ? 'local.connect' : 'connect.again')}</Button>}
            </div>
        </div>
    )
}
