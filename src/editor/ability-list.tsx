import type { ErrorAnswer } from '../shared/errors'
import type { TargetAnswer } from '../shared/requests'
import { abilityGroups, tokenHelps } from './abilities'
import { tokenPage } from './addresses'
import { Icon, OutsideLink } from './button'
import { coded, failureSentence } from './failure'
import { t } from './text'

/** Which actions the sign-in and the role in the target's team permit, and why the others are off. Folded until somebody asks. */
export function AbilityList ({ target, server }: { target: TargetAnswer, server: string }) {
    const { permitted, off } = abilityGroups(target.abilities)
    return (
        <details class="ffs-fold ffs-abilities">
            <summary tabIndex={0} class="ffs-secondary">{t('abilities.title', { team: target.team.name })}</summary>
            {permitted.length > 0 && <Actions actions={permitted} permitted />}
            {off.map(({ refused, actions }) => (
                <div key={actions[0]}>
                    <Actions actions={actions} permitted={false} />
                    <Reason refused={refused} server={server} />
                </div>
            ))}
        </details>
    )
}

function Actions ({ actions, permitted }: { actions: Array<TargetAnswer['abilities'][number]['action']>, permitted: boolean }) {
    return (
        <ul>
            {actions.map(action => (
                <li key={action} class={`ffs-step ffs-step-${permitted ? 'done' : 'waiting'}`}>
                    <Icon name={permitted ? 'check' : 'ban'} />
                    <span>{t(`abilities.${action}`)} <span class="ffs-hidden-text">{t(permitted ? 'abilities.permitted' : 'abilities.off')}</span></span>
                </li>
            ))}
        </ul>
    )
}

/** Why something is off, and the way to a token where one would help. */
function Reason ({ refused, server }: { refused: ErrorAnswer, server: string | null }) {
    return (
        <p class="ffs-secondary">
            {failureSentence(coded(refused))}
            {tokenHelps(refused) && server !== null && <> <OutsideLink href={tokenPage(server)}>{t('signIn.makeToken')}</OutsideLink></>}
        </p>
    )
}
