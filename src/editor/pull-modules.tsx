import { permissions } from '../shared/permissions'
import type { PreparedPull, PullModule } from '../shared/pull'
import { coded, failureSentence } from './failure'
import { isOffered, isTicked, type PullDraft } from './pull-choice'
import { Pair } from './restore-contents'
import { listed, t } from './text'

interface PullModulesProps { prepared: PreparedPull, draft: PullDraft, mayInstall: boolean, onChange: (draft: PullDraft) => void }

/** The modules of the snapshot that are not here as it has them, each with a tick; beside them what stays, and what is FlowFuse's own. */
export function PullModules ({ prepared: { modules, installRefused }, draft, mayInstall, onChange }: PullModulesProps) {
    const of = (...states: Array<PullModule['state']>) => modules.filter(({ state }) => states.includes(state))
    const [wanted, platform, hereOnly, same] = [of('missing', 'other'), of('platform'), of('here-only'), of('same')]
    if (modules.length === 0) {
        return null
    }
    const refused = wanted.length === 0 ? null : mayInstall
        ? installRefused && failureSentence(coded(installRefused))
        : t('restoreHere.mayNotInstall', { permissions: listed(permissions.install) })
    const names = (some: PullModule[]) => listed(some.map(({ name }) => name))
    return (
        <Pair label={t('restoreHere.modules')}>
            {refused !== null && <p class="ffs-secondary">{refused}</p>}
            {wanted.map(module => (
                <label key={module.name} class="ffs-check">
                    <input
                        type="checkbox" checked={refused === null && isOffered(module) && isTicked(draft, module)} disabled={refused !== null || !isOffered(module)}
                        onChange={event => onChange({ ...draft, ticks: new Map([...draft.ticks, [module.name, event.currentTarget.checked]]) })}
                    />
                    <span class="ffs-wrap">
                        {t('restoreHere.install', { name: module.name, version: module.version })}
                        <span class="ffs-secondary ffs-below">{moduleText(module)}</span>
                    </span>
                </label>
            ))}
            {same.length > 0 && <p class="ffs-secondary">{t('pull.modulesSame', { count: same.length })}</p>}
            {platform.length > 0 && <p class="ffs-secondary">{t('pull.modulesPlatform', { names: names(platform) })}</p>}
            {hereOnly.length > 0 && <p class="ffs-secondary">{t('pull.modulesHereOnly', { names: names(hereOnly) })}</p>}
        </Pair>
    )
}

function moduleText ({ here, refused }: PullModule): string {
    const state = here === null ? t('pull.moduleMissing') : t('restoreHere.moduleOther', { here })
    return [state, refused && failureSentence(coded(refused))].filter(Boolean).join(' ')
}
