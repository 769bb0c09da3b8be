import { useEffect, useState } from 'preact/hooks'
import { leastRole } from '../shared/permissions'
import type { InstanceSummary, TargetPreset, TeamList } from '../shared/requests'
import { Button, Icon, OutsideLink } from './button'
import { openConnectDialog } from './connect-dialog'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage, Loading, Message } from './message'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { InstanceChoice } from './instance-choice'
import { useSubmission } from './submission'
import { TeamLists } from './team-lists'
import { t } from './text'

export function openTargetDialog (model: PanelModel): void {
    const { preset } = model.state.value ?? {}
    if (preset?.lockedBy && preset.instance !== '') {
        openDialog(t('target.title'), 520, close => <Locked preset={preset} close={close} />)
        return
    }
    openDialog(t('target.title'), 520, close => <TargetForm model={model} lists={new TeamLists(model.api)} close={close} />)
}

/** The operator has decided: who, where, and nothing else to choose. */
function Locked ({ preset, close }: { preset: TargetPreset, close: () => void }) {
    const target = [preset.team, preset.instance].filter(Boolean).join(' / ')
    return (
        <DialogForm onSubmit={close} buttons={<Button primary first onClick={close}>{t('common.close')}</Button>}>
            <Message look="info"><p>{t('target.lockedMeaning', { target, by: preset.lockedBy })}</p></Message>
        </DialogForm>
    )
}

/** Team, then instance: every instance of the team under its application, with a filter; devices beside them. */
function TargetForm ({ model, lists, close }: { model: PanelModel, lists: TeamLists, close: () => void }) {
    useObservable(lists)
    const [teamId, setTeamId] = useState<string | null>(model.state.value?.target?.team.id ?? null)
    const [instance, setInstance] = useState<InstanceSummary | null>(null)
    const { busy, failure, submit } = useSubmission(close)
    const teams = lists.teams.value?.teams ?? []
    const { preset } = model.state.value ?? {}
    const team = teams.find(({ id }) => id === teamId) ?? teams.find(({ id, name }) => [id, name].includes(preset?.team ?? '')) ?? teams[0]
    const connect = () => {
        close()
        openConnectDialog(model)
    }
    useEffect(() => void lists.loadTeams(), [lists])
    useEffect(() => {
        if (team !== undefined) {
            void lists.load(team.id)
        }
    }, [lists, team?.id])

    const choose = () => {
        if (team !== undefined && instance !== null) {
            void submit(() => model.chooseTarget({ teamId: team.id, instanceId: instance.id }))
        }
    }
    return (
        <DialogForm
            onSubmit={choose} busy={busy}
            foot={<div class="ffs-dialog-foot">
                {busy && <Loading text={t('target.choosing')} />}
                {failure !== null && <FailureMessage failure={failure} connect={connect} />}
            </div>}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={busy || instance === null} title={instance?.name}>{instance === null ? t('target.choose') : t('target.use', { instance: instance.name })}</Button>
            </>}
        >
            {lists.teams.loading && <Loading text={t('target.loadingTeams')} />}
            {lists.teams.failure !== null && <FailureMessage failure={lists.teams.failure} retry={() => void lists.loadTeams()} connect={connect} />}
            {preset?.lockedBy && <Message look="info"><p>{t('target.teamLocked', { team: preset.team, by: preset.lockedBy })}</p></Message>}
            {lists.teams.value !== null && team === undefined && !preset?.lockedBy && <NoTeams model={model} />}
            {team !== undefined && <>
                <TeamChoice
                    teams={teams} chosen={team.id} onChoose={id => {
                        setTeamId(id)
                        setInstance(null)
                    }}
                />
                {team.role < leastRole.push && <Message look="warning"><p>{t('target.roleTooLow', { team: team.name })}</p></Message>}
                <InstanceChoice
                    key={team.id} list={lists.applications(team.id)} devices={lists.devices(team.id)}
                    chosen={instance?.id ?? model.state.value?.target?.instance.id ?? null}
                    onChoose={setInstance} onReload={() => void lists.reload(team.id)} onConnect={connect}
                />
            </>}
        </DialogForm>
    )
}

export function TeamChoice ({ teams, chosen, onChoose }: { teams: TeamList['teams'], chosen: string, onChoose: (id: string) => void }) {
    return (
        <div class="ffs-field">
            <label for="ffs-target-team">{t('target.team')}</label>
            <select id="ffs-target-team" value={chosen} onChange={event => onChoose(event.currentTarget.value)}>
                {teams.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            </select>
        </div>
    )
}

export function NoTeams ({ model }: { model: PanelModel }) {
    const server = model.state.value?.connection?.server
    return (
        <div class="ffs-empty">
            <Icon name="users" />
            <p>{t('target.noTeams')}</p>
            {server !== undefined && <p><OutsideLink href={server}>{t('target.openServer')}</OutsideLink></p>}
        </div>
    )
}
