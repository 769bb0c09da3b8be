import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApplicationList, InstanceSummary } from '../shared/requests'
import { Button, Icon } from './button'
import { InstanceState } from './instance-state'
import { FailureMessage, Loading } from './message'
import type { Fetched } from './panel-model'
import { filterApplications } from './target-filter'
import { t } from './text'

interface InstanceChoiceProps {
    list: Fetched<ApplicationList> | undefined
    chosen: string | null
    onChoose: (instance: InstanceSummary) => void
    onReload: () => void
    onConnect: () => void
}

/** The instances of a team under their applications, as radio buttons: arrow keys move, the filter narrows. */
export function InstanceChoice ({ list, chosen, onChoose, onReload, onConnect }: InstanceChoiceProps) {
    const [filter, setFilter] = useState('')
    const filterField = useRef<HTMLInputElement>(null)
    const hasList = Boolean(list?.value)
    useEffect(() => {
        // The dialog opened before there was anything to choose from.
        if (hasList && document.activeElement?.hasAttribute('data-first')) {
            filterField.current?.focus()
        }
    }, [hasList])
    if (list === undefined || (list.value === null && list.loading)) {
        return <Loading text={t('target.loadingInstances')} />
    }
    if (list.failure !== null || list.value === null) {
        return list.failure === null ? null : <FailureMessage failure={list.failure} retry={onReload} connect={onConnect} />
    }
    const all = filterApplications(list.value.applications, '')
    const shown = filterApplications(all, filter)
    return (
        <div class="ffs-field">
            <label for="ffs-target-filter">{t('target.instance')}</label>
            <div class="ffs-filter">
                <input
                    id="ffs-target-filter" ref={filterField} type="text" autocomplete="off" spellcheck={false} value={filter}
                    placeholder={t('target.filter')} aria-label={t('target.filterLabel')} onInput={event => setFilter(event.currentTarget.value)}
                />
                <button type="button" class="red-ui-button" aria-label={t('target.reload')} title={t('target.reload')} onClick={onReload}>
                    <Icon name={list.loading ? 'refresh fa-spin' : 'refresh'} />
                </button>
            </div>
            {all.length === 0 && <p class="ffs-empty">{t('target.noInstances')}</p>}
            {all.length > 0 && shown.length === 0 && <p class="ffs-empty" role="status">
                {t('target.noMatch', { filter })} <Button small onClick={() => {
                    setFilter('')
                    filterField.current?.focus()
                }}>{t('target.clearFilter')}</Button>
            </p>}
            {shown.length > 0 && <div class="ffs-choices" role="radiogroup" aria-label={t('target.instance')}>
                {shown.map(({ id, name, instances }) => (
                    <div key={id} role="group" aria-label={name}>
                        <div class="ffs-choices-head" aria-hidden="true">{name}</div>
                        {instances.map(instance => (
                            <Choice key={instance.id} instance={instance} checked={instance.id === chosen} onChoose={onChoose} />
                        ))}
                    </div>
                ))}
            </div>}
        </div>
    )
}

interface ChoiceProps { instance: InstanceSummary, checked: boolean, onChoose: (instance: InstanceSummary) => void }

function Choice ({ instance, checked, onChoose }: ChoiceProps) {
    return (
        <label class={`ffs-choice${checked ? ' ffs-choice-on' : ''}`}>
            <input type="radio" name="ffs-target-instance" checked={checked} onChange={() => onChoose(instance)} />
            <span class="ffs-choice-name" title={instance.name}>{instance.name}</span>
            <InstanceState state={instance.state} />
        </label>
    )
}
