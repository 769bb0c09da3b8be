import type { PushNote, PushPreview } from '../shared/requests'
import { Icon } from './button'
import { Message } from './message'
import { t } from './text'

interface PushContentsProps {
    preview: PushPreview
    reloading: boolean
    /** Whether the modules that the palette lacks are added with the push, so that nothing is to be feared from their absence. */
    addsModules: boolean
}

/** What is inside: counts, the modules by name, and what is worth knowing. */
export function PushContents ({ preview, reloading, addsModules }: PushContentsProps) {
    const { counts, modules, modulesLeftOut } = preview
    const missing = modules.filter(({ inPalette }) => !inPalette).length
    const parts = [
        t('inside.flows', { count: counts.flows }),
        ...(counts.subflows > 0 ? [t('inside.subflows', { count: counts.subflows })] : []),
        t('inside.nodes', { count: counts.nodes }),
        ...(counts.nodesWithCredentials > 0 ? [t('inside.credentials', { count: counts.nodesWithCredentials })] : [])
    ]
    return (
        <>
            <div class="ffs-pair" aria-busy={reloading}>
                <span class="ffs-pair-label">{t('inside.title')}</span>
                <div class="ffs-pair-value">
                    <p>{parts.join(' · ')}</p>
                    <details class="ffs-fold">
                        <summary tabIndex={0}>
                            {t('inside.modules', { count: counts.modules })}
                            {missing > 0 && <span class="ffs-warning-text"> <Icon name="exclamation-triangle" /> {t('inside.modulesMissing', { count: missing })}</span>}
                        </summary>
                        <ul class="ffs-modules">
                            {modules.map(({ name, version, inPalette }) => (
                                <li key={name}>
                                    <span class="ffs-wrap">{name}</span> <span class="ffs-secondary">{version}</span>
                                    {!inPalette && <span class="ffs-warning-text"> {t('inside.notInPalette')}</span>}
                                </li>
                            ))}
                            {modulesLeftOut.map(({ name, spec }) => (
                                <li key={name}>
                                    <span class="ffs-wrap">{name}</span> <span class="ffs-secondary ffs-wrap">{spec}</span>
                                    <span class="ffs-warning-text"> {t('inside.leftOut')}</span>
                                </li>
                            ))}
                        </ul>
                    </details>
                </div>
            </div>
            <PushNotes notes={preview.notes.filter(({ code }) => !code.startsWith('restore-') && !(addsModules && code === 'modules-not-in-palette'))} />
        </>
    )
}

export function PushNotes ({ notes }: { notes: PushNote[] }) {
    if (notes.length === 0) {
        return null
    }
    return (
        <Message look="warning">
            {notes.map(({ code, params }) => <p key={code}>{t(`notes.${code}`, params)}</p>)}
        </Message>
    )
}
