import { useState } from 'preact/hooks'
import { limits } from '../shared/limits'
import type { LocalList as LocalListAnswer } from '../shared/local'
import { Button } from './button'
import { coded, failureSentence } from './failure'
import { FormerSecret } from './former-secret'
import { filterLocal, isFilteringLocal, localFilterKinds, type LocalFilter } from './local-filter'
import { openLocalNamesDialog } from './local-names-dialog'
import { LocalRow } from './local-row'
import { MenuButton } from './menu-button'
import { FailureMessage, Loading, Message } from './message'
import { useNow } from './observable'
import type { PanelModel } from './panel-model'
import { SearchFields } from './search-fields'
import { hereActions } from './snapshot-actions'
import { listed, t } from './text'
import { openVariablesDialog } from './variables-dialog'

const everything: LocalFilter = { search: '', kind: 'all' }
/** So few are seen at a glance. */
const searchedFrom = 6

interface LocalListProps { model: PanelModel, mayAct: boolean, mayPush: boolean, primary: boolean }

/** The snapshots that are kept here, newest first. `primary`: making one is the first thing to do in this view. */
export function LocalList ({ model, mayAct, mayPush, primary }: LocalListProps) {
    const { value, loading, failure } = model.local
    const items = [...hereActions(model), ...mayAct ? [{ label: t('local.openVariables'), run: () => openVariablesDialog(model) }] : []]
    return (
        <div aria-busy={loading}>
            {items.length > 0 && <div class="ffs-local-actions">
                {mayAct && <Button primary={primary} next={primary} small={!primary} onClick={() => openLocalNamesDialog(model, null)}>{t('local.create')}</Button>}
                <MenuButton icon="ellipsis-h" label={t('local.menu')} items={items} />
            </div>}
            {failure !== null && <FailureMessage failure={failure} retry={() => void model.local.refresh()} />}
            {value === null && failure === null && <Loading text={t('snapshots.loading')} />}
            {value !== null && <>
                <Warnings model={model} list={value} mayAct={mayAct} />
                {value.snapshots.length === 0
                    ? <Empty list={value} mayAct={mayAct} />
                    : <Rows model={model} list={value} mayAct={mayAct} mayPush={mayPush} />}
            </>}
        </div>
    )
}

function Warnings ({ model, list, mayAct }: { model: PanelModel, list: LocalListAnswer, mayAct: boolean }) {
    const { automatic, setAside, restoreRefused, sealedOtherwise } = list
    return (
        <>
            {automatic.failure !== null && <Message look="warning"><p>{t('local.automaticFailed')} {failureSentence(coded(automatic.failure))}</p></Message>}
            {restoreRefused !== null && <Message look="info"><p>{t('local.restoreRefused')} {failureSentence(coded(restoreRefused))}</p></Message>}
            {sealedOtherwise > 0 && <FormerSecret model={model} count={sealedOtherwise} mayAct={mayAct} />}
            {setAside.length > 0 && <Message look="warning"><p>{t('local.setAside', { count: setAside.length, names: listed(setAside) })}</p></Message>}
        </>
    )
}

function Empty ({ list: { automatic }, mayAct }: { list: LocalListAnswer, mayAct: boolean }) {
    return (
        <div class="ffs-empty">
            <p>{t(mayAct ? 'local.empty' : 'local.emptyReadOnly')}</p>
            <p>{automatic.on ? t('local.automaticOn', { count: automatic.keep }) : t('local.automaticOff')}</p>
        </div>
    )
}

function Rows ({ model, list, mayAct, mayPush }: { model: PanelModel, list: LocalListAnswer, mayAct: boolean, mayPush: boolean }) {
    const now = useNow()
    const [filter, setFilter] = useState(everything)
    const [shown, setShown] = useState<number>(limits.snapshotsPerPage)
    const { snapshots } = list
    const labels = { all: t('snapshots.all'), named: t('local.named'), automatic: t('snapshots.auto'), safety: t('local.safety') }
    const searching = isFilteringLocal(filter)
    const found = filterLocal(snapshots, filter)
    return (
        <>
            {(snapshots.length >= searchedFrom || searching) && <SearchFields
                filter={filter} kinds={localFilterKinds} label={t('local.searchLabel')} kindLabel={kind => labels[kind]}
                onChange={setFilter}
            />}
            <ul class="ffs-list">
                {found.slice(0, shown).map(snapshot => (
                    <LocalRow key={snapshot.id} model={model} snapshot={snapshot} now={now} mayAct={mayAct} mayPush={mayPush} />
                ))}
            </ul>
            <div class="ffs-list-foot">
                <p class="ffs-secondary" role="status">
                    {searching && t(found.length === 0 ? 'snapshots.noMatch' : 'snapshots.matches', { found: found.length, count: snapshots.length })}
                </p>
                {searching && found.length === 0 && <Button small onClick={() => setFilter(everything)}>{t('snapshots.clear')}</Button>}
                {found.length > shown && <Button small onClick={() => setShown(shown + limits.snapshotsPerPage)}>{t('snapshots.more')}</Button>}
            </div>
        </>
    )
}
