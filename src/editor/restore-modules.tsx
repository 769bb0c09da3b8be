import type { LocalModule, LocalPlan } from '../shared/local'
import { permissions } from '../shared/permissions'
import { coded, failureSentence } from './failure'
import { isTicked, type RestoreChoice } from './restore-choice'
import { Pair } from './restore-contents'
import { listed, t } from './text'

interface RestoreModulesProps { plan: LocalPlan, choice: RestoreChoice, mayInstall: boolean, onChange: (choice: RestoreChoice) => void }

/** The modules that are not here as they were, each with a tick: nothing is installed that is not ticked. */
export function RestoreModules ({ plan, choice, mayInstall, onChange }: RestoreModulesProps) {
    const { modules, installRefused } = plan
    if (modules.length === 0) {
        return null
    }
    const refused = mayInstall
        ? installRefused && failureSentence(coded(installRefused))
        : t('restoreHere.mayNotInstall', { permissions: listed(permissions.install) })
    const tick = ({ name }: LocalModule, ticked: boolean) => onChange({ ...choice, ticks: new Map([...choice.ticks, [name, ticked]]) })
    return (
        <Pair label={t('restoreHere.modules')}>
            {refused !== null && <p class="ffs-secondary">{refused}</p>}
            {modules.map(module => (
                <label key={module.name} class="ffs-check">
                    <input
                        type="checkbox" checked={refused === null && module.refused === null && isTicked(choice, module)} disabled={refused !== null || module.refused !== null}
                        onChange={event => tick(module, event.currentTarget.checked)}
                    />
                    <span class="ffs-wrap">
                        {t('restoreHere.install', { name: module.name, version: module.version })}
                        <span class="ffs-secondary ffs-below">{moduleText(module)}</span>
                    </span>
                </label>
            ))}
        </Pair>
    )
}

function moduleText ({ here, refused }: LocalModule): string {
    return [here === null ? t('restoreHere.moduleMissing') : t('restoreHere.moduleOther', { here }), refused && failureSentence(coded(refused))].filter(Boolean).join(' ')
}
