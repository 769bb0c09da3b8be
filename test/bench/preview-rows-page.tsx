/** The page in which the first rows of the preview are measured: the real list of flows, beside a plain one of as many texts. */
import { render } from 'preact'
import { firstDraft } from '../../src/editor/pull-choice'
import { PullComparison } from '../../src/editor/pull-comparison'
import { PullFlows } from '../../src/editor/pull-flows'
import type { PullPreview } from '../../src/editor/pull-preview'
import { place, plainList, timed } from './timed-drawing'

interface Given { here: string, there: string }

const texts = (key: string, { replace }: { replace: Record<string, unknown> }) => `${key.replace(/.*[:.]/, '')} ${Object.values(replace).join(' ')}`
Object.assign(globalThis, { RED: { _: texts, i18n: { lang: () => 'en' }, editor: { getEditStack: () => [] } }, measureRows })

/** Milliseconds from data in hand to the second animation frame, in turn for the preview and for a `<ul>` with one `<li>` of text a row. */
async function measureRows ({ here, there }: Given, runs: number): Promise<{ preview: number[], plain: number[], rows: number }> {
    const comparison = new PullComparison()
    const compared = comparison.compare({ here, there, base: null, credentials: {} })
    const plan = comparison.plan({ mine: [] }, [])
    const preview = { compared, plan, planning: false } as unknown as PullPreview
    const draft = firstDraft({ variables: { added: [], changed: [], same: [], locked: [] } } as never)
    const times = { preview: [] as number[], plain: [] as number[] }
    let rows = 0
    for (let run = -2; run < runs; run++) {
        const form = place()
        const shown = await timed(() => render(<PullFlows preview={preview} draft={draft} onChange={() => {}} close={() => {}} />, form))
        rows = form.querySelectorAll('.ffs-unit').length
        const lines = [...form.querySelectorAll('.ffs-unit')].map(row => row.textContent ?? '')
        render(null, form)
        form.remove()
        const list = place()
        const plain = await timed(() => list.append(plainList(lines)))
        list.remove()
        if (run >= 0) {
            times.preview.push(shown)
            times.plain.push(plain)
        }
    }
    return { ...times, rows }
}
