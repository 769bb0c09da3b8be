import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from './button'
import { Message } from './message'
import { onEditorEvent } from './node-red'
import { deploy, hasUndeployedEdits, isEditing } from './node-red-flows'
import { t } from './text'

interface UndeployedEditsProps {
    /** What they mean here, and what is true once they are deployed from here. */
    sentence: string
    deployed?: string
    /** What becomes of a node that is open for editing; said only where it matters. */
    editing?: string
}

/** Points out that the editor holds edits which are not running, with the way to deploy them first. */
export function UndeployedEdits ({ sentence, deployed, editing }: UndeployedEditsProps) {
    const [dirty, setDirty] = useState(hasUndeployedEdits)
    const after = useRef<HTMLParagraphElement>(null)
    const wasDeployed = useRef(false)
    useLayoutEffect(() => onEditorEvent(['workspace:dirty', 'deploy'], () => setDirty(hasUndeployedEdits())), [])
    useLayoutEffect(() => {
        // The button that had the focus is gone.
        if (!dirty && wasDeployed.current) {
            after.current?.focus()
        }
    }, [dirty])
    const run = () => {
        wasDeployed.current = true
        deploy()
    }
    return (
        <>
            {dirty && <Message look="warning">
                <p class="ffs-line"><span>{sentence}</span> {deployed !== undefined && <Button small onClick={run}>{t('push.deploy')}</Button>}</p>
            </Message>}
            {!dirty && wasDeployed.current && <p class="ffs-secondary" role="status" tabIndex={-1} ref={after}>{deployed}</p>}
            {editing !== undefined && isEditing() && <Message look="warning"><p>{editing}</p></Message>}
        </>
    )
}
