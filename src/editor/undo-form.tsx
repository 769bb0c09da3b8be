import type { Undo } from '../shared/local'
import { Button } from './button'
import { DialogForm } from './dialog'
import { t } from './text'
import { UndeployedEdits } from './undeployed-edits'

/** Asks before a restore is taken back, where the editor holds edits that go with it. */
export function UndoForm ({ undo, onUndo, close }: { undo: Undo, onUndo: () => void, close: () => void }) {
    return (
        <DialogForm
            onSubmit={onUndo}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary>{t('restoreHere.undoSubmit')}</Button>
            </>}
        >
            <p>{t('restoreHere.undoMeaning', { name: undo.name })}</p>
            <UndeployedEdits sentence={t('restoreHere.undoDrops')} editing={t('restoreHere.editing')} />
        </DialogForm>
    )
}
