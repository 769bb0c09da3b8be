/** The page in which the list of snapshots is measured: the panel's own, beside a plain one of as many texts as it draws. */
import { render } from 'preact'
import type { Api } from '../../src/editor/api'
import { PanelModel } from '../../src/editor/panel-model'
import type { OpenEditor } from '../../src/editor/restore-work'
import { SnapshotList } from '../../src/editor/snapshot-list'
import type { SnapshotSummary } from '../../src/shared/requests'

const texts = (key: string, { replace }: { replace: Record<string, unknown> }) => `${key.replace(/.*[:.]/, '')} ${Object.values(replace).join(' ')}`
Object.assign(globalThis, {
    RED: { _: texts, i18n: { lang: () => 'en' }, user: { hasPermission: () => true }, settings: { get: () => undefined, user: undefined } }, measureRows
})

const target = { team: { id: 't', name: 't' }, application: { id: 'a', name: 'a' }, instance: { id: 'i', name: 'press', url: '' } }

/** Milliseconds from data in hand to the second animation frame, in turn for the list and for a `<ul>` with one `<li>` of text a row. */
async function measureRows (count: number, runs: number): Promise<{ shown: number[], plain: number[], rows: number }> {
    const snapshots: SnapshotSummary[] = Array.from({ length: count }, (_, at) => ({
        id: `s${at}`, name: at % 3 === 0 ? `Auto Snapshot - 2026-01-01 00:00:${String(at % 60).padStart(2, '0')}` : `v${count - at}`, description: `What changed in ${at}`,
        createdAt: new Date(1_800_000_000_000 - at * 60_000).toISOString(), user: { username: 'alice' }, pushedFromHere: at === 0, sameFlows: at === 0
    }))
    const model = new PanelModel({} as Api, {} as OpenEditor)
    model.snapshots.value = { snapshots, next: null, deviceTarget: 's3' }
    const times = { shown: [] as number[], plain: [] as number[] }
    let rows = 0
    for (let run = -2; run < runs; run++) {
        const panel = place()
        const shown = await timed(() => render(<SnapshotList model={model} target={target} mayAct={true} />, panel))
        const lines = [...panel.querySelectorAll('.ffs-row')].map(row => row.textContent ?? '')
        rows = lines.length
        render(null, panel)
        panel.remove()
        const list = place()
        const plain = await timed(() => list.append(plainList(lines)))
        list.remove()
        if (run >= 0) {
            times.shown.push(shown)
            times.plain.push(plain)
        }
    }
    return { ...times, rows }
}

function place (): HTMLElement {
    const panel = document.createElement('div')
    panel.className = 'ffs-panel'
    document.body.append(panel)
    return panel
}

function plainList (lines: string[]): HTMLElement {
    const list = document.createElement('ul')
    list.append(...lines.map(line => {
        const item = document.createElement('li')
        item.textContent = line
        return item
    }))
    return list
}

/** Begins right after a frame, so that both have the same way to the next. */
async function timed (draw: () => void): Promise<number> {
    await frame()
    const from = performance.now()
    draw()
    await frame()
    await frame()
    return performance.now() - from
}

async function frame (): Promise<void> {
    await new Promise(resolve => requestAnimationFrame(resolve))
}
