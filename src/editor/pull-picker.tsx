import { useEffect, useState } from 'preact/hooks'
import { refusal } from '../shared/abilities'
import type { ErrorAnswer } from '../shared/errors'
import type { TeamList } from '../shared/requests'
import { tokenHelps } from './abilities'
import { tokenPage } from './addresses'
import { Button, OutsideLink } from './button'
import { openConnectDialog } from './connect-dialog'
import { DialogForm } from './dialog'
import { coded, failureSentence, type Failure } from './failure'
import { InstanceChoice } from './instance-choice'
import { FailureMessage, Loading, Message } from './message'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { PullSnapshots } from './pull-snapshots'
import type { PullSource } from './pull-source'
import { NoTeams, TeamChoice } from './target-dialog'
import type { TeamLists } from './team-lists'
import { t } from './text'

interface PullPickerProps {
    model: PanelModel
    source: PullSource
    lists: TeamLists
    /** True while what was chosen is fetched, and why that failed. */
    busy: boolean
    failure: Failure | null
    onPull: () => void
    close: () => void
}

/** Which snapshot: team, then instance or device, then one of its snapshots. It begins at the target and its newest one. */
export function PullPicker ({ model, source, lists, busy, failure, onPull, close }: PullPickerProps) {
    useObservable(lists)
    useObservable(source)
    const { connection = null, target = null, preset = null } = model.state.value ?? {}
    const [teamId, setTeamId] = useState<string | null>(target?.team.id ?? null)
    const teams = lists.teams.value?.teams ?? []
    const team = teams.find(({ id }) => id === teamId) ?? teams.find(({ id, name }) => [id, name].includes(preset?.team ?? '')) ?? teams[0]
    const isFixed = Boolean(preset?.lockedBy && preset.instance)
    const connect = () => {
        close()
        openConnectDialog(model)
    }
    useEffect(() => void lists.loadTeams(), [lists])
    useEffect(() => {
        if (team !== undefined && !isFixed) {
            void lists.load(team.id)
        }
    }, [lists, team?.id, isFixed])
    const refused = team === undefined || connection === null
        ? null
        : refusal('export', { team, kind: connection.signIn, version: connection.platformVersion })
    const { snapshot } = source
    const ready = !busy && refused === null && source.request !== null
    return (
        <DialogForm
            onSubmit={() => ready && onPull()} busy={busy}
            foot={<div class="ffs-dialog-foot">
                {busy && <Loading text={t('pull.fetching')} />}
                {!busy && failure !== null && <FailureMessage failure={failure} retry={onPull} connect={connect} />}
            </div>}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready} title={snapshot?.name}>{snapshot === null ? t('pull.lookUnknown') : t('pull.look', { name: snapshot.name })}</Button>
            </>}
        >
            {lists.teams.loading && <Loading text={t('target.loadingTeams')} />}
            {lists.teams.failure !== null && <FailureMessage failure={lists.teams.failure} retry={() => void lists.loadTeams()} connect={connect} />}
            {lists.teams.value !== null && team === undefined && <NoTeams model={model} />}
            {refused !== null && connection !== null && <Refused refused={refused} server={connection.server} connect={connect} />}
            {isFixed && preset !== null && <Message look="info">
                <p>{t('target.lockedMeaning', { target: [preset.team, preset.instance].filter(Boolean).join(' / '), by: preset.lockedBy })}</p>
            </Message>}
            {team !== undefined && !isFixed && <Team
                teams={teams} chosen={team.id} onChoose={id => {
                    setTeamId(id)
                    source.forget()
                }}
            />}
            {team !== undefined && <div class={isFixed ? '' : 'ffs-columns'}>
                {!isFixed && <InstanceChoice
                    key={team.id} list={lists.applications(team.id)} devices={lists.devices(team.id)} chosen={source.owner?.id ?? null}
                    onChoose={({ id, name }) => source.chooseOwner({ kind: 'instance', id, name })}
                    onChooseDevice={({ id, name }) => source.chooseOwner({ kind: 'device', id, name })}
                    onReload={() => void lists.reload(team.id)} onConnect={connect}
                />}
                <PullSnapshots key={source.owner?.id} source={source} onConnect={connect} />
            </div>}
        </DialogForm>
    )
}

/** Where there is one team only, there is nothing to choose. */
function Team (props: { teams: TeamList['teams'], chosen: string, onChoose: (id: string) => void }) {
    return props.teams.length > 1 ? <TeamChoice {...props} /> : null
}

/** Said before anything is asked of the server, with the way out of it. */
function Refused ({ refused, server, connect }: { refused: ErrorAnswer, server: string, connect: () => void }) {
    return (
        <Message look="warning">
            <p>{t('pull.refused')} {failureSentence(coded(refused))}</p>
            {tokenHelps(refused) && <p class="ffs-line ffs-line-start">
                <OutsideLink href={tokenPage(server)}>{t('signIn.makeToken')}</OutsideLink>
                <Button small onClick={connect}>{t('connect.again')}</Button>
            </p>}
        </Message>
    )
}
