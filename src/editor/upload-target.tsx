import { useEffect, useState } from 'preact/hooks'
import { FailureMessage, Loading, Message } from './message'
import { InstanceChoice } from './instance-choice'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import type { PullOwner } from './pull-source'
import { NoTeams, TeamChoice } from './target-dialog'
import type { TeamLists } from './team-lists'
import { t } from './text'

interface UploadTargetChoiceProps {
    model: PanelModel
    lists: TeamLists
    chosen: string | null
    onChoose: (owner: PullOwner | null) => void
    onConnect: () => void
}

/** Where to: team, then instance or device. It begins at the target, and stays there where the operator has decided. */
export function UploadTargetChoice ({ model, lists, chosen, onChoose, onConnect }: UploadTargetChoiceProps) {
    useObservable(lists)
    const { target = null, preset = null } = model.state.value ?? {}
    const [teamId, setTeamId] = useState<string | null>(target?.team.id ?? null)
    const teams = lists.teams.value?.teams ?? []
    const team = teams.find(({ id }) => id === teamId) ?? teams.find(({ id, name }) => [id, name].includes(preset?.team ?? '')) ?? teams[0]
    const isFixed = Boolean(preset?.lockedBy && preset.instance)
    useEffect(() => {
        void lists.loadTeams()
        if (target !== null) {
            onChoose({ kind: 'instance', id: target.instance.id, name: target.instance.name })
        }
    }, [])
    useEffect(() => {
        if (team !== undefined && !isFixed) {
            void lists.load(team.id)
        }
    }, [lists, team?.id, isFixed])
    if (isFixed && preset !== null) {
        const fixed = [preset.team, preset.instance].filter(Boolean).join(' / ')
        return <div><Message look="info"><p>{t('target.lockedMeaning', { target: fixed, by: preset.lockedBy })}</p></Message></div>
    }
    return (
        <div>
            {lists.teams.loading && <Loading text={t('target.loadingTeams')} />}
            {lists.teams.failure !== null && <FailureMessage
                failure={lists.teams.failure} retry={() => void lists.loadTeams()} connect={onConnect}
            />}
            {lists.teams.value !== null && team === undefined && <NoTeams model={model} />}
            {team !== undefined && <>
                {teams.length > 1 && <TeamChoice
                    teams={teams} chosen={team.id} onChoose={id => {
                        setTeamId(id)
                        onChoose(null)
                    }}
                />}
                <InstanceChoice
                    key={team.id} list={lists.applications(team.id)} devices={lists.devices(team.id)} chosen={chosen}
                    onChoose={({ id, name }) => onChoose({ kind: 'instance', id, name })}
                    onChooseDevice={({ id, name }) => onChoose({ kind: 'device', id, name })}
                    onReload={() => void lists.reload(team.id)} onConnect={onConnect}
                />
            </>}
        </div>
    )
}
