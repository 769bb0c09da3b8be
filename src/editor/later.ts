import { toFailure } from './failure'
import { notify } from './node-red'
import { t } from './text'

/** Opens a part of the editor that is loaded only now. Where it can't be loaded, that is said. */
export function openLater (open: () => Promise<void>): void {
    open().catch((error: unknown) => {
        toFailure(error)
        notify(t('panel.partFailed'), 'error')
    })
}
