import type { UploadPlan } from '../shared/files'
import type { Named } from '../shared/requests'
import { coded } from './failure'
import { FailureMessage, Loading, Message } from './message'
import { language } from './node-red'
import type { Fetched } from './fetched'
import { Names } from './restore-contents'
import { byteSize } from './snapshot-text'
import { t } from './text'

interface UploadPlanTextProps {
    plan: Fetched<UploadPlan>
    target: Named | null
    /** What is uploaded came as flows without anything else. */
    flowsOnly: boolean
    onRetry: () => void
    onConnect: () => void
}

/** What an upload to the chosen target would do, before it is done: why not, what does not arrive, how large it is. */
export function UploadPlanText ({ plan, target, flowsOnly, onRetry, onConnect }: UploadPlanTextProps) {
    const { value, loading, failure } = plan
    return (
        <div aria-live="polite">
            {target === null && <p class="ffs-help">{t('upload.chooseTarget')}</p>}
            {loading && <Loading text={t('upload.planning')} />}
            {failure !== null && <FailureMessage failure={failure} retry={onRetry} connect={onConnect} />}
            {value !== null && value.refused !== null && <FailureMessage failure={coded(value.refused)} connect={onConnect} />}
            {value !== null && value.refused === null && <>
                <p class="ffs-secondary ffs-upload-size">{t('upload.size', { size: byteSize(value.size, language()), most: byteSize(value.most, language()) })}</p>
                <Lacking plan={value} flowsOnly={flowsOnly} />
                <Names sentence={t('upload.leftOut')} names={value.leftOut} />
            </>}
        </div>
    )
}

interface LackingProps {
    plan: Pick<UploadPlan, 'way' | 'lacks' | 'to'>
    flowsOnly: boolean
    /** It is there by now: how it was to be sent matters no more. */
    isDone?: boolean
}

/** What a create does not carry, and nothing where all of it arrives. */
export function Lacking ({ plan: { way, lacks, to }, flowsOnly, isDone = false }: LackingProps) {
    const isCreate = way === 'create' && !isDone
    if (!isCreate && lacks.length === 0) {
        return null
    }
    return (
        <Message look="info">
            {isCreate && <p>{t(flowsOnly ? 'upload.createFlows' : 'upload.create', { target: to.name })}</p>}
            {lacks.map(lack => <p key={lack}>{lackText(lack, to.name)}</p>)}
        </Message>
    )
}

function lackText (lack: UploadPlan['lacks'][number], target: string): string {
    switch (lack) {
    case 'settings': return t('upload.lacksSettings', { target })
    case 'hidden-flags': return t('upload.lacksHidden', { target })
    case 'modules-in-palette': return t('upload.lacksPalette', { target })
    }
}
