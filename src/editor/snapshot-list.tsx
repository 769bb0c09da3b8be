import type { SnapshotSummary, TargetNames } from '../shared/requests'
import { Icon } from './button'
import { openConnectDialog } from './connect-dialog'
import { sameFailure } from './failure'
import { FailureMessage, Loading } from './message'
import { language } from './node-red'
import { useNow } from './observable'
import type { PanelModel } from './panel-model'
import { openTargetDialog } from './target-dialog'
import { t } from './text'
import { exactTime, relativeTime } from './time'

/** The newest snapshots of the target. */
export function SnapshotList ({ model, target, mayAct }: { model: PanelModel, target: TargetNames, mayAct: boolean }) {
    const { value, loading, failure } = model.snapshots
    // Said once, where the target is.
    const isSaid = sameFailure(failure, model.target.failure)
    return (
        <section class="ffs-snapshots" aria-labelledby="ffs-snapshots-title" aria-busy={loading}>
            <div class="ffs-list-header">
                <h3 id="ffs-snapshots-title">{t('snapshots.title')}</h3>
                <button type="button" class="red-ui-button red-ui-button-small" aria-label={t('snapshots.refresh')} title={t('snapshots.refresh')} onClick={() => void model.refreshTarget()}>
                    <Icon name={loading ? 'refresh fa-spin' : 'refresh'} />
                </button>
            </div>
            {failure !== null && !isSaid && <FailureMessage
                failure={failure} retry={() => void model.refreshSnapshots()}
                connect={mayAct ? () => openConnectDialog(model) : undefined} choose={mayAct ? () => openTargetDialog(model) : undefined}
            />}
            {value === null && failure === null && <Loading text={t('snapshots.loading')} />}
            {value?.snapshots.length === 0 && <p class="ffs-empty">{t(mayAct ? 'snapshots.empty' : 'snapshots.emptyReadOnly', { instance: target.instance.name })}</p>}
            {value !== null && value.snapshots.length > 0 && <ul class="ffs-list">{value.snapshots.map(snapshot => <Row key={snapshot.id} snapshot={snapshot} />)}</ul>}
        </section>
    )
}

function Row ({ snapshot }: { snapshot: SnapshotSummary }) {
    const now = useNow()
    const { name, description, createdAt, user, pushedFromHere } = snapshot
    return (
        <li class="ffs-row">
            <div class="ffs-row-head">
                <span class="ffs-row-name" title={name}>{name}</span>
                {pushedFromHere && <span class="ffs-badge">{t('snapshots.pushedFromHere')}</span>}
            </div>
            <div class="ffs-secondary">
                {user?.username ?? t('snapshots.byPlatform')} · <time dateTime={createdAt} title={exactTime(createdAt, language())}>{relativeTime(createdAt, now, language())}</time>
            </div>
            {description !== '' && <div class="ffs-row-description" title={description}>{description}</div>}
        </li>
    )
}
