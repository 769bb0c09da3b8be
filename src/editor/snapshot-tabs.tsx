import { useRef, useState } from 'preact/hooks'
import type { TargetNames } from '../shared/requests'
import { Icon } from './button'
import { DeviceList } from './device-list'
import { LocalList } from './local-list'
import type { PanelModel } from './panel-model'
import { SnapshotList } from './snapshot-list'
import { t } from './text'

const tabs = ['instance', 'local', 'devices'] as const

/** The snapshots of the instance, those that are kept here, and the devices, side by side. Arrow keys go from tab to tab. */
export function SnapshotTabs (props: { model: PanelModel, target: TargetNames, mayAct: boolean, mayPush: boolean }) {
    const { model, target, mayAct, mayPush } = props
    const [tab, setTab] = useState<(typeof tabs)[number]>('instance')
    const list = useRef<HTMLDivElement>(null)
    const labels = { instance: instanceLabel(model), local: localLabel(model, t('local.tab')), devices: devicesLabel(model) }
    const onKey = (event: KeyboardEvent) => {
        const at = tabs.indexOf(tab)
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
        const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length]
        if (next !== undefined) {
            event.preventDefault()
            setTab(next)
            list.current?.querySelector<HTMLElement>(`#ffs-tab-${next}`)?.focus()
        }
    }
    return (
        <section class="ffs-snapshots" aria-label={t('snapshots.title')}>
            <div class="ffs-list-header ffs-list-header-tabs">
                <div class="ffs-tabs" role="tablist" ref={list} onKeyDown={onKey}>
                    {tabs.map(each => (
                        <button
                            key={each} type="button" role="tab" id={`ffs-tab-${each}`} class="ffs-tab" aria-selected={tab === each} aria-controls="ffs-tab-panel"
                            tabIndex={tab === each ? 0 : -1} onClick={() => setTab(each)}
                        >{labels[each]}</button>
                    ))}
                </div>
                {tab === 'instance' && <LookAgain loading={model.snapshots.loading} onClick={() => void model.refreshTarget()} />}
                {tab === 'local' && <LookAgain loading={model.local.loading} onClick={() => void model.local.refresh()} />}
                {tab === 'devices' && <LookAgain loading={model.devices.loading} onClick={() => void model.devices.lookAgain()} />}
            </div>
            <div role="tabpanel" id="ffs-tab-panel" aria-labelledby={`ffs-tab-${tab}`}>
                {tab === 'instance' && <SnapshotList model={model} target={target} mayAct={mayAct} />}
                {tab === 'local' && <LocalList model={model} mayAct={mayAct} mayPush={mayPush} primary={false} />}
                {tab === 'devices' && <DeviceList model={model} target={target} mayAct={mayAct} />}
            </div>
        </section>
    )
}

/** The snapshots that are kept here, where there is no instance to show others of. */
export function LocalSection ({ model, mayAct, primary }: { model: PanelModel, mayAct: boolean, primary: boolean }) {
    return (
        <section class="ffs-snapshots" aria-labelledby="ffs-local-title">
            <div class="ffs-list-header">
                <h3 id="ffs-local-title">{localLabel(model, t('local.title'))}</h3>
                <LookAgain loading={model.local.loading} onClick={() => void model.local.refresh()} />
            </div>
            <LocalList model={model} mayAct={mayAct} mayPush={false} primary={primary} />
        </section>
    )
}

function LookAgain ({ loading, onClick }: { loading: boolean, onClick: () => void }) {
    return (
        <button type="button" class="red-ui-button red-ui-button-small" aria-label={t('snapshots.refresh')} title={t('snapshots.refresh')} onClick={onClick}>
            <Icon name={loading ? 'refresh fa-spin' : 'refresh'} />
        </button>
    )
}

/** "Instance (48)"; with a plus where older ones were not loaded. */
function instanceLabel ({ snapshots: { value } }: PanelModel): string {
    return value === null ? t('snapshots.tab') : t('snapshots.counted', { label: t('snapshots.tab'), total: `${value.snapshots.length}${value.next === null ? '' : '+'}` })
}

/** "Devices (3)"; without a number before somebody looked, with a plus where there are more. */
function devicesLabel ({ devices: { value } }: PanelModel): string {
    return value === null ? t('devices.tab') : t('snapshots.counted', { label: t('devices.tab'), total: `${value.devices.length}${value.complete ? '' : '+'}` })
}

function localLabel ({ local: { value } }: PanelModel, label: string): string {
    return value === null ? label : t('snapshots.counted', { label, total: value.snapshots.length })
}
