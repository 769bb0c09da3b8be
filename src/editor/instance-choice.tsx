import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ApplicationList, DeviceList, InstanceSummary } from '../shared/requests'
import { Button, Icon } from './button'
import { failureSentence } from './failure'
import { InstanceState } from './instance-state'
import { FailureMessage, Loading } from './message'
import type { Fetched } from './fetched'
import { firstRows, pickerGroups, type DeviceRow, type PickerGroup } from './picker-rows'
import { t } from './text'

interface InstanceChoiceProps {
    list: Fetched<ApplicationList> | undefined
    devices: Fetched<DeviceList> | undefined
    chosen: string | null
    onChoose: (instance: InstanceSummary) => void
    /** Absent where devices are only shown. */
    onChooseDevice?: (device: DeviceRow) => void
    onReload: () => void
    onConnect: () => void
}

const rowsAtOnce = 100

/** The instances of a team under their applications, as radio buttons: arrow keys move, the filter narrows. Devices are shown beside them. */
export function InstanceChoice ({ list, devices, chosen, onChoose, onChooseDevice, onReload, onConnect }: InstanceChoiceProps) {
    const [filter, setFilter] = useState('')
    const [most, setMost] = useState(rowsAtOnce)
    const filterField = useRef<HTMLInputElement>(null)
    const hasList = Boolean(list?.value)
    useLayoutEffect(() => {
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
    const { applications } = list.value
    const found = pickerGroups(applications, devices?.value?.devices ?? [], filter)
    const { groups, left } = firstRows(found, most)
    const label = t(onChooseDevice === undefined ? 'target.instance' : 'pull.owner')
    const hasInstances = applications.some(({ instances }) => instances.length > 0)
    const change = (text: string) => {
        setFilter(text)
        setMost(rowsAtOnce)
    }
    return (
        <div class="ffs-field">
            <label for="ffs-target-filter">{label}</label>
            <div class="ffs-filter">
                <input
                    id="ffs-target-filter" ref={filterField} type="text" autocomplete="off" spellcheck={false} value={filter}
                    placeholder={t('target.filter')} aria-label={t('target.filterLabel')} onInput={event => change(event.currentTarget.value)}
                />
                <button type="button" class="red-ui-button" aria-label={t('target.reload')} title={t('target.reload')} onClick={onReload}>
                    <Icon name={list.loading ? 'refresh fa-spin' : 'refresh'} />
                </button>
            </div>
            {!hasInstances && <p class="ffs-empty">{t('target.noInstances')}</p>}
            {found.length === 0 && filter !== '' && <p class="ffs-empty" role="status">
                {t('target.noMatch', { filter })} <Button small onClick={() => {
                    change('')
                    filterField.current?.focus()
                }}>{t('target.clearFilter')}</Button>
            </p>}
            {groups.length > 0 && <div class="ffs-choices" role="radiogroup" aria-label={label}>
                {groups.map(group => <Group key={group.id} group={group} chosen={chosen} onChoose={onChoose} onChooseDevice={onChooseDevice} />)}
                {left > 0 && <p class="ffs-choices-more">
                    <Button small onClick={() => setMost(most + rowsAtOnce)}>{t('target.showMore', { count: left })}</Button>
                </p>}
            </div>}
            <DeviceNote devices={devices} onlyShown={onChooseDevice === undefined && found.some(group => group.devices.length > 0)} />
        </div>
    )
}

interface GroupProps extends Pick<InstanceChoiceProps, 'chosen' | 'onChoose' | 'onChooseDevice'> { group: PickerGroup }

function Group ({ group, chosen, onChoose, onChooseDevice }: GroupProps) {
    const name = group.name === '' ? t('target.noApplication') : group.name
    return (
        <div role="group" aria-label={name}>
            <div class="ffs-choices-head" aria-hidden="true">{name}</div>
            {group.instances.map(instance => (
                <Choice
                    key={instance.id} name={instance.name} state={instance.state} checked={instance.id === chosen} onChoose={() => onChoose(instance)}
                />
            ))}
            {group.devices.map(device => onChooseDevice === undefined
                ? <Device key={device.id} device={device} />
                : <Choice
                    key={device.id} icon="microchip" name={deviceText(device)} state={device.state} checked={device.id === chosen}
                    onChoose={() => onChooseDevice(device)}
                />)}
        </div>
    )
}

interface ChoiceProps { icon?: string, name: string, state: string, checked: boolean, onChoose: () => void }

function Choice ({ icon, name, state, checked, onChoose }: ChoiceProps) {
    return (
        <label class={`ffs-choice${checked ? ' ffs-choice-on' : ''}`}>
            <input type="radio" name="ffs-target-instance" checked={checked} onChange={onChoose} />
            <span class="ffs-choice-name" title={name}>{icon !== undefined && <><Icon name={icon} /> </>}{name}</span>
            <InstanceState state={state} />
        </label>
    )
}

/** A row that can't be chosen, and so is no control. */
function Device ({ device }: { device: DeviceRow }) {
    const text = deviceText(device)
    return (
        <div class="ffs-device">
            <Icon name="microchip" />
            <span class="ffs-choice-name" title={text}>{text}</span>
            <InstanceState state={device.state} />
        </div>
    )
}

function deviceText ({ name, instanceName }: DeviceRow): string {
    return instanceName === null ? name : t('target.deviceOf', { device: name, instance: instanceName })
}

/** Why devices can't be chosen, and why some may be missing. */
function DeviceNote ({ devices, onlyShown }: { devices: Fetched<DeviceList> | undefined, onlyShown: boolean }) {
    return (
        <p class="ffs-help">
            {onlyShown && t('target.devicesOnlyShown')} {devices?.value?.complete === false && t('target.devicesIncomplete')}
            {devices?.failure && t('target.devicesFailed', { reason: failureSentence(devices.failure) })}
        </p>
    )
}
