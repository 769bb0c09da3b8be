import type { PanelState, Target, TargetNames } from '../shared/requests'
import { webUrl } from './addresses'
import { AutoPushLine } from './auto-push-line'
import { Button, Icon, OutsideLink } from './button'
import { openConnectDialog } from './connect-dialog'
import { coded, failureSentence, nextStep, sameFailure } from './failure'
import { InstanceState } from './instance-state'
import { FailureMessage, Loading, Message } from './message'
import { language } from './node-red'
import { useNow } from './observable'
import type { Fetched } from './fetched'
import type { PanelModel } from './panel-model'
import { StatusLine, tellsOfLink } from './status-line'
import { openTargetDialog } from './target-dialog'
import { t } from './text'
import { exactTime, relativeTime } from './time'

/** Where snapshots go: the path, the instance's state, and the last push from here, or pull to here. */
export function TargetBlock ({ model, state, mayAct }: { model: PanelModel, state: PanelState, mayAct: boolean }) {
    const { target, preset } = state
    const isLocked = Boolean(preset?.lockedBy && preset.instance)
    if (target === null) {
        return preset?.instance ? <PresetTarget model={model} locked={isLocked} mayAct={mayAct} /> : (
            <div class="ffs-block">
                <p>{mayAct ? t('target.none') : t('target.noneReadOnly')}</p>
                {mayAct && <Button primary next onClick={() => openTargetDialog(model)}>{t('target.choose')}</Button>}
            </div>
        )
    }
    const live = model.target.value
    const url = webUrl(live?.instance.url ?? target.instance.url)
    return (
        <div class="ffs-block">
            <TargetPath
                target={live ?? target} next={isBlocked(model.target)} onChange={mayAct && !isLocked ? () => openTargetDialog(model) : undefined}
            />
            {preset !== null && isLocked && <p class="ffs-secondary"><Icon name="lock" /> {t('target.locked', { by: preset.lockedBy })}</p>}
            <p class="ffs-secondary ffs-line">
                {live !== null && <InstanceState state={live.instance.state} />}
                {live === null && model.target.loading && t('common.loading')}
                {url !== null && <OutsideLink href={url.href}>{t('target.open')}</OutsideLink>}
            </p>
            {model.target.failure !== null && !sameFailure(model.target.failure, model.state.failure) && <FailureMessage
                failure={model.target.failure} retry={() => void model.refreshTarget()}
                connect={mayAct ? () => openConnectDialog(model) : undefined} choose={mayAct ? () => openTargetDialog(model) : undefined}
            />}
            {live?.pushRefused && <Message look="warning"><p id="ffs-push-refused">{failureSentence(coded(live.pushRefused))}</p></Message>}
            {state.connectionProblem === null && tellsOfLink(model.status)
                ? <StatusLine model={model}><LastExchange link={state.link} isNamed /></StatusLine>
                : <LastExchange link={state.link} />}
            {state.connectionProblem === null && <AutoPushLine model={model} target={target} mayAct={mayAct} />}
        </div>
    )
}

/** The operator has set the target, and it is not found yet, or can't be. */
function PresetTarget ({ model, locked, mayAct }: { model: PanelModel, locked: boolean, mayAct: boolean }) {
    const { failure } = model.target
    return (
        <div class="ffs-block">
            {failure === null && <Loading text={t('target.loadingPreset')} />}
            {failure !== null && <FailureMessage
                failure={failure} retry={() => void model.refreshTarget()} connect={mayAct ? () => openConnectDialog(model) : undefined}
                choose={mayAct && !locked ? () => openTargetDialog(model) : undefined}
            >
                {nextStep(failure) === 'choose' && <p><Button small onClick={() => void model.refreshTarget()}>{t('common.retry')}</Button></p>}
            </FailureMessage>}
        </div>
    )
}

/** True when a push there is known to be refused, or there is nothing to push to any more. A server that was not reached may be back. */
export function isBlocked ({ value, failure }: Fetched<Target>): boolean {
    return Boolean(value?.pushRefused) || (failure !== null && nextStep(failure) !== 'retry')
}

/** *Team / application / instance*; a button where it may be changed. */
function TargetPath ({ target, next, onChange }: { target: TargetNames, next: boolean, onChange: (() => void) | undefined }) {
    const path = pathOf(target)
    const text = <span class="ffs-path"><span class="ffs-path-lead">{target.team.name} / {target.application.name} /</span> <strong>{target.instance.name}</strong></span>
    if (onChange === undefined) {
        return <div class="ffs-target" title={path}>{text}</div>
    }
    return (
        <button
            type="button" class="ffs-target red-ui-button" aria-label={t('target.change', { path })} title={path} aria-haspopup="dialog" data-ffs-next={next || undefined}
            onClick={onChange}
        >
            {text} <Icon name="caret-down" />
        </button>
    )
}

export function pathOf ({ team, application, instance }: TargetNames): string {
    return `${team.name} / ${application.name} / ${instance.name}`
}

/** When it was; `isNamed`: the snapshot is named beside it already. */
function LastExchange ({ link, isNamed = false }: { link: PanelState['link'], isNamed?: boolean }) {
    const now = useNow()
    if (link === null) {
        return null
    }
    const at = link.pulledAt ?? link.pushedAt
    const [named, alone] = link.pulledAt === undefined ? ['target.lastPush', 'target.pushed'] as const : ['target.lastPull', 'target.pulled'] as const
    return (
        // Read out with the rest, but not once a minute.
        <p class="ffs-secondary" title={exactTime(at, language())} aria-live="off">
            {t(isNamed ? alone : named, { name: link.name, time: relativeTime(at, now, language()) })}
        </p>
    )
}
