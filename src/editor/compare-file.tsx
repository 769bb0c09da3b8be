import { FailureMessage, Loading } from './message'
import { useObservable } from './observable'
import { FileDrop, OpenedFileSecret } from './open-file'
import type { OpenedFile } from './opened-file'
import { t } from './text'
import { ViewHead } from './view-head'
import { Button } from './button'

/** A file on this computer as one side. Its secret is asked for, since credentials can be compared with it alone. */
export function CompareFile ({ opened }: { opened: OpenedFile }) {
    useObservable(opened)
    const { file, view, loading, failure } = opened
    const again = file === null || !opened.isWorthATry ? undefined : () => void opened.open(file)
    return (
        <div>
            {view === null && <FileDrop busy={loading} onFile={chosen => void opened.open(chosen)} />}
            {loading && view === null && <Loading text={t('file.opening')} />}
            {failure !== null && <FailureMessage failure={failure} retry={again} />}
            {view !== null && <>
                <p class="ffs-line"><strong class="ffs-wrap" dir="auto">{view.name}</strong> <Button small onClick={() => opened.back()}>{t('file.other')}</Button></p>
                <ViewHead view={view} />
                {opened.isSealed && <OpenedFileSecret opened={opened} />}
            </>}
        </div>
    )
}
