import { useState } from 'preact/hooks'
import { type Failure, toFailure } from './failure'

/** What the button of a dialog does, once at a time: the dialog closes when it went through, and otherwise has the failure to show. */
export interface Submission {
    busy: boolean
    failure: Failure | null
    submit: (work: () => Promise<unknown>) => Promise<void>
}

export function useSubmission (close: () => void): Submission {
    const [busy, setBusy] = useState(false)
    const [failure, setFailure] = useState<Failure | null>(null)
    const submit = async (work: () => Promise<unknown>) => {
        if (busy) {
            return
        }
        setBusy(true)
        setFailure(null)
        try {
            await work()
            close()
        } catch (error) {
            setFailure(toFailure(error))
            setBusy(false)
        }
    }
    return { busy, failure, submit }
}
