import type { LocalSummary } from '../shared/local'
import { t } from './text'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** "14 kB", "2.3 MB" in the editor's language; steps of 1000, as the units say. */
export function byteSize (bytes: number, language: string): string {
    const step = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 0), units.length - 1)
    const value = bytes / 1000 ** step
    return new Intl.NumberFormat(language, {
        style: 'unit', unit: units[step], unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: step > 0 && value < 10 ? 1 : 0
    }).format(value)
}

/** "14 flows · 326 nodes · 9 nodes with credentials", without what there is none of. */
export function contentsText ({ counts: { flows, nodes, nodesWithCredentials, variables, modules } }: LocalSummary): string {
    return [
        t('inside.flows', { count: flows }), t('inside.nodes', { count: nodes }),
        nodesWithCredentials > 0 && t('inside.credentials', { count: nodesWithCredentials }),
        variables > 0 && t('local.variables', { count: variables }),
        modules > 0 && t('inside.modules', { count: modules })
    ].filter(Boolean).join(' · ')
}
