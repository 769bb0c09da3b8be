import { useState } from 'preact/hooks'
import { type Failure, toFailure } from './failure'
import type { PanelModel } from './panel-model'

interface ActionCall {
    busy: boolean
    failure: Failure | null
    /** Does it, and closes the dialog when it is done; a failure stays in it. */
    run: (act: () => Promise<unknown>) => Promise<void>
    /** Forgets a failure that the user looks into. */
    forget: () => void
}

/** One call of a dialog that changes something on FlowFuse. Afterwards the panel shows how things stand there, also after a failure. */
export function useActionCall (model: PanelModel, close: () => void): ActionCall {
    const [busy, setBusy] = useState(false)
    const [failure, setFailure] = useState<Failure | null>(null)
    const run = async (act: () => Promise<unknown>) => {
        if (busy) {
            return
        }
        setBusy(true)
        setFailure(null)
        try {
            await act()
            close()
        } catch (error) {
            setFailure(toFailure(error))
            setBusy(false)
        }
        void model.refreshTarget()
        void model.devices.refreshShown()
    }
    return { busy, failure, run, forget: () => setFailure(null) }
}

/** True for a failure that a new look at the plan may end. */
export function isOutdated (failure: Failure | null): boolean {
    return failure?.kind === 'coded' && ['action-moved', 'target-version-unagreed'].includes(failure.code)
}
