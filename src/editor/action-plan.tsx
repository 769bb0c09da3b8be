import { useEffect, useRef, useState } from 'preact/hooks'
import { openConnectDialog } from './connect-dialog'
import { toFailure } from './failure'
import { FailureMessage, Loading } from './message'
import type { Fetched } from './fetched'
import type { PanelModel } from './panel-model'
import { openTargetDialog } from './target-dialog'
import { t } from './text'

/** What an action would do, asked when its dialog opens and whenever it is asked again. The later answer counts. */
export function useActionPlan<T> (ask: () => Promise<T>): [Fetched<T>, () => void] {
    const [plan, setPlan] = useState<Fetched<T>>({ value: null, loading: true, failure: null })
    const latest = useRef(0)
    const load = async () => {
        const mine = ++latest.current
        setPlan(former => ({ ...former, loading: true, failure: null }))
        const answer = await ask().then(value => ({ value, failure: null }), (error: unknown) => ({ value: null, failure: toFailure(error) }))
        if (mine === latest.current) {
            setPlan({ ...answer, loading: false })
        }
    }
    useEffect(() => {
        void load()
        return () => { latest.current++ }
    }, [])
    return [plan, () => void load()]
}

/** The plan before it is there, or why it is not. */
export function PlanState ({ model, plan, reload, close }: { model: PanelModel, plan: Fetched<unknown>, reload: () => void, close: () => void }) {
    const instead = (open: (model: PanelModel) => void) => () => {
        close()
        open(model)
    }
    return (
        <>
            {plan.value === null && plan.loading && <Loading text={t('actions.looking')} />}
            {plan.failure !== null && <FailureMessage
                failure={plan.failure} retry={reload} connect={instead(openConnectDialog)} choose={instead(openTargetDialog)}
            />}
        </>
    )
}
