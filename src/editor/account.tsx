import type { Connection } from '../shared/requests'
import { AbilityList } from './ability-list'
import { serverLabel } from './addresses'
import { openConnectDialog } from './connect-dialog'
import { openDisconnectDialog } from './disconnect-dialog'
import { MenuButton } from './menu-button'
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
                {mayAct && <MenuButton
                    label={t('account.menu')} icon="cog" items={[
                        { label: t('account.change'), run: () => openConnectDialog(model) },
                        { label: t('account.disconnect'), run: () => openDisconnectDialog(model, server) }
                    ]}
                />}
            </div>
            {openEditor && <p class="ffs-secondary">{t('account.openEditor', { user: user.username })}</p>}
            {target !== null && <AbilityList target={target} server={server} />}
        </div>
    )
}
