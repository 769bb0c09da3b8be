import { useEffect, useState } from 'preact/hooks'
import type { VariableList } from '../shared/local'
import type { Api } from './api'
import { Button } from './button'
import { DialogForm, openDialog } from './dialog'
import { coded, type Failure, toFailure } from './failure'
import { FailureMessage, Loading } from './message'
import { notify } from './node-red'
import type { Fetched } from './fetched'
import type { PanelModel } from './panel-model'
import { t } from './text'
import { isChanged, rowProblem, rowsOf, variablesRequest, withNewRow, type VariableRow } from './variables-draft'
import { VariableLine } from './variables-line'
import { VariablesText } from './variables-text'

/** Opens the variables that the plugin keeps and sets in this Node-RED. */
export function openVariablesDialog ({ api }: PanelModel): void {
    openDialog(t('kept.title'), 640, close => <VariablesDialog api={api} close={close} />)
}

function VariablesDialog ({ api, close }: { api: Api, close: () => void }) {
    const [list, setList] = useState<Fetched<VariableList>>({ value: null, loading: true, failure: null })
    const [rows, setRows] = useState<VariableRow[]>([])
    const [failure, setFailure] = useState<Failure | null>(null)
    const [busy, setBusy] = useState(false)
    const show = (value: VariableList) => {
        setList({ value, loading: false, failure: null })
        setRows(rowsOf(value))
    }
    const load = async () => {
        setList({ value: null, loading: true, failure: null })
        await api.variables().then(show, (error: unknown) => setList({ value: null, loading: false, failure: toFailure(error) }))
    }
    useEffect(() => void load(), [])
    const { value } = list
    const changed = value !== null && isChanged(rows, value)
    const ready = changed && !busy && rows.every(row => rowProblem(row, rows) === null)
    const save = async () => {
        if (!ready) {
            return
        }
        setBusy(true)
        setFailure(null)
        try {
            await api.setVariables(variablesRequest(rows))
            notify(t('kept.saved'), 'success')
            close()
        } catch (error) {
            setFailure(toFailure(error))
            setBusy(false)
        }
    }
    const set = (key: number, change: Partial<VariableRow>) => setRows(rows.map(row => row.key === key ? { ...row, ...change } : row))
    return (
        <DialogForm
            onSubmit={() => void save()} busy={busy}
            foot={<div class="ffs-dialog-foot">{failure !== null && <FailureMessage failure={failure} />}</div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready}>{t('kept.save')}</Button>
            </>}
        >
            <p>{t('kept.meaning')}</p>
            {list.loading && <Loading />}
            {list.failure !== null && <FailureMessage failure={list.failure} retry={() => void load()} />}
            {value !== null && value.problem !== null && <FailureMessage failure={coded(value.problem)} />}
            {value !== null && <fieldset class="ffs-fields" disabled={busy}>
                {rows.length === 0 && <p class="ffs-empty">{t('kept.empty')}</p>}
                <div class="ffs-kept">
                    {rows.map(row => <VariableLine
                        key={row.key} row={row} problem={rowProblem(row, rows)} onChange={change => set(row.key, change)}
                        onRemove={() => setRows(rows.filter(({ key }) => key !== row.key))}
                    />)}
                </div>
                <p class="ffs-line">
                    <Button small onClick={() => setRows(withNewRow(rows))}>{t('kept.add')}</Button>
                    {changed && <span class="ffs-secondary" role="status">{t('kept.unsaved')}</span>}
                </p>
                <VariablesText api={api} unsaved={changed} onImported={show} />
            </fieldset>}
        </DialogForm>
    )
}
