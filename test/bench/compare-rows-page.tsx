/** The page in which a comparison is measured: the real list, details and drawing, beside a plain list and the renderer alone. */
import FlowRenderer from '@flowfuse/flow-renderer'
import { render } from 'preact'
import { CompareResult } from '../../src/editor/compare-result'
import { compareInPage } from '../../src/editor/compare-thread'
import type { CompareWork, ComparedSnapshots } from '../../src/editor/compare-work'
import { startDrawing } from '../../src/editor/flow-drawing'
import { SnapshotComparison } from '../../src/editor/snapshot-comparison'
import { compareParts } from '../../src/snapshot/compare'
import type { FlowNode } from '../../src/snapshot/model'
import { frame, place, plainList, timed } from './timed-drawing'

interface Given { here: string, there: string }

const texts = (key: string, { replace }: { replace: Record<string, unknown> }) => `${key.replace(/.*[:.]/, '')} ${Object.values(replace).join(' ')}`
Object.assign(globalThis, { RED: { _: texts, i18n: { lang: () => 'en' } }, measureCompareRows, measureSteps, measureDrawing })

const comparison = new SnapshotComparison()
let compared: ComparedSnapshots

/** The flows stay in the page here: each answer holds it up, where a worker would not. */
const work = {
    here: { view: null }, there: { view: null }, nameOf: (side: string) => side,
    ask: async (question: Parameters<CompareWork['ask']>[0]) => await question(compareInPage(comparison))
} as unknown as CompareWork

function compare ({ here, there }: Given): void {
    const none = { variables: [], modules: {}, settings: {}, credentials: { state: 'included' as const, marks: {} } }
    const flows = comparison.compare({ here, there, credentials: {} })
    compared = { ...flows, parts: compareParts(none, none), credentialsTold: true, same: false, equal: false }
}

/** Milliseconds from data in hand to the second animation frame, in turn for the comparison and for a `<ul>` with one `<li>` of text a row. */
async function measureCompareRows (given: Given, runs: number): Promise<{ shown: number[], plain: number[], rows: number, all: number }> {
    compare(given)
    const times = { shown: [] as number[], plain: [] as number[] }
    let rows = 0
    for (let run = -2; run < runs; run++) {
        const form = place()
        const shown = await timed(() => render(<CompareResult work={work} compared={{ ...compared }} />, form))
        const lines = [...form.querySelectorAll('.ffs-compare-row')].map(row => row.textContent ?? '')
        rows = lines.length
        render(null, form)
        form.remove()
        const list = place()
        const plain = await timed(() => list.append(plainList(lines)))
        list.remove()
        if (run >= 0) {
            times.shown.push(shown)
            times.plain.push(plain)
        }
    }
    return { ...times, rows, all: compared.groups.reduce((sum, group) => sum + group.rows.length, 0) }
}

/** Milliseconds between the animation frames of so many steps by key, with so many frames for each. */
async function measureSteps (steps: number, look: 'details' | 'drawing', framesEach: number): Promise<{ frames: number[], at: string, drawn: number }> {
    const form = place()
    render(<CompareResult work={work} compared={{ ...compared }} />, form)
    await frame()
    const list = form.querySelector<HTMLElement>('.ffs-compare-rows')!
    const press = () => list.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }))
    press()
    if (look === 'drawing') {
        form.querySelectorAll<HTMLElement>('[role=tab]')[1]!.click()
    }
    // What is loaded and drawn first is no step.
    for (let wait = 0; wait < 60; wait++) {
        await frame()
    }
    const frames: number[] = []
    let before = performance.now()
    for (let step = 1; step < steps; step++) {
        press()
        for (let count = 0; count < framesEach; count++) {
            await frame()
            const now = performance.now()
            frames.push(now - before)
            before = now
        }
    }
    const at = form.querySelector('[role=status].ffs-secondary')?.textContent ?? ''
    const drawn = form.querySelectorAll('.ffs-drawn').length
    render(null, form)
    form.remove()
    return { frames, at, drawn }
}

/** Milliseconds from the nodes of a snapshot in hand to the second animation frame, in turn for the adapter and for the renderer alone. */
async function measureDrawing (text: string, flow: string, runs: number): Promise<{ shown: number[], plain: number[], drawn: number }> {
    const nodes = JSON.parse(text) as FlowNode[]
    const alone = new FlowRenderer()
    const times = { shown: [] as number[], plain: [] as number[] }
    let drawn = 0
    for (let run = -1; run < runs; run++) {
        const host = canvas()
        const shown = await timed(() => startDrawing(host, nodes).show(flow))
        drawn = host.querySelectorAll('.ffs-drawn').length
        host.remove()
        const container = canvas()
        const copy = structuredClone(nodes)
        const options = { container, scope: 'ffs-drawing', flowId: flow, gridLines: false, zoom: false, autoZoom: false, autoScroll: false }
        const plain = await timed(() => alone.renderFlow(copy, options))
        container.remove()
        if (run >= 0) {
            times.shown.push(shown)
            times.plain.push(plain)
        }
    }
    return { ...times, drawn }
}

function canvas (): HTMLElement {
    const host = document.createElement('div')
    host.className = 'ffs-drawing'
    host.style.height = '600px'
    document.body.append(host)
    return host
}
