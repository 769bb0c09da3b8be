import type { TargetAnswer } from '../shared/requests'
import { abilityGroups } from './abilities'
import { Icon } from './button'
import { Refusal } from './refusal'
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
                    <p class="ffs-secondary"><Refusal refused={refused} server={server} /></p>
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
