/*! Draws with @flowfuse/flow-renderer 0.5.0, © FlowFuse Inc., licensed under the Apache License 2.0: https://www.apache.org/licenses/LICENSE-2.0 */
/**
 * Flows as a drawing: the one door to FlowFuse's renderer. Import it lazily, it is large. The renderer gets nodes made anew by drawn-nodes.ts
 * and draws one flow at a time; what it brings of its own styles is left out, because those change the colours of the whole editor.
 */
import FlowRenderer from '@flowfuse/flow-renderer'
import type { FlowNode } from '../snapshot/model'
import { drawnFlow, drawnFlowId } from './drawn-nodes'
import { emptyDrawing, hideMeasures, made } from './renderer-page'

export type DrawnMark = 'added' | 'deleted' | 'changed' | 'moved'

export interface DrawingOptions {
    /** Called with the id of a node that the user clicks at. */
    onSelect?: (id: string) => void
}

/** A drawing in an element of the page, which it fills and scrolls. */
export interface FlowDrawing {
    /** Draws a flow or subflow in place of the one before, as large as fits; marks and selection stay for where they fit. */
    show (flowId: string): void
    /** Takes other nodes, of which nothing is shown yet. */
    replace (nodes: readonly FlowNode[]): void
    /** Node id → how it is highlighted, in place of the marks before. */
    mark (marks: ReadonlyMap<string, DrawnMark>): void
    /** Highlights one node and brings it into sight. @returns false when it is not drawn here */
    select (id: string | null): boolean
    zoom (step: 'in' | 'out' | 'fit'): void
    end (): void
}

const margin = 40
const scales = { least: 0.05, most: 3, step: 1.25 }
const signs: Record<DrawnMark, string> = { added: '+', deleted: '−', changed: '~', moved: '↔' }

/** One for all: it measures texts in the page and remembers their widths. */
const renderer = new FlowRenderer()
Reflect.deleteProperty(window, 'FlowRenderer')

/** @param host an element with the class `ffs-drawing`, of a size of its own */
export function startDrawing (host: HTMLElement, nodes: readonly FlowNode[], { onSelect }: DrawingOptions = {}): FlowDrawing {
    return new Drawing(host, nodes, onSelect)
}

class Drawing implements FlowDrawing {
    private readonly elements = new Map<string, SVGGElement>()
    private readonly names = new Map<Element, string>()
    private svg: SVGSVGElement | null = null
    private box = { x: 0, y: 0, width: 1, height: 1 }
    private scale = 1
    private marks: ReadonlyMap<string, DrawnMark> = new Map()
    private selected: string | null = null
    /** All of it is in sight, and nobody has zoomed. */
    private isFitted = false
    private readonly resized = new ResizeObserver(() => this.isFitted && this.zoom('fit'))

    constructor (private readonly host: HTMLElement, private nodes: readonly FlowNode[], private readonly onSelect?: (id: string) => void) {
        host.addEventListener('click', this.click)
        host.addEventListener('wheel', this.wheel, { passive: false })
        host.addEventListener('keydown', this.key)
        this.resized.observe(host)
    }

    show (flowId: string): void {
        this.clear()
        const { ids, tooltips } = this.draw(flowId)
        this.svg = this.host.querySelector('svg')
        this.svg?.setAttribute('aria-hidden', 'true')
        for (const element of this.svg?.querySelectorAll<SVGGElement>('[data-node-id]') ?? []) {
            const drawn = element.getAttribute('data-node-id') ?? ''
            const id = ids.get(drawn) ?? ''
            this.elements.set(id, element)
            this.names.set(element, id)
            element.removeAttribute('data-node-id')
            Reflect.deleteProperty(element, 'getBBox')
            element.classList.add('ffs-drawn')
            title(element, tooltips.get(drawn) ?? '')
        }
        this.measure()
        this.zoom('fit')
        this.mark(this.marks)
        this.select(this.selected)
    }

    replace (nodes: readonly FlowNode[]): void {
        this.nodes = nodes
        this.clear()
    }

    mark (marks: ReadonlyMap<string, DrawnMark>): void {
        for (const [id, before] of this.marks) {
            const element = this.elements.get(id)
            element?.classList.remove(`ffs-drawn-${before}`)
            element?.querySelector('.ffs-drawn-sign')?.remove()
        }
        this.marks = marks
        for (const [id, mark] of marks) {
            const element = this.elements.get(id)
            element?.classList.add(`ffs-drawn-${mark}`)
            element?.append(sign(signs[mark]))
        }
    }

    select (id: string | null): boolean {
        this.elements.get(this.selected ?? '')?.classList.remove('ffs-drawn-selected')
        this.selected = id
        const element = this.elements.get(id ?? '')
        if (element === undefined) {
            return false
        }
        element.classList.add('ffs-drawn-selected')
        this.bringIntoSight(element)
        return true
    }

    zoom (step: 'in' | 'out' | 'fit'): void {
        const { clientWidth, clientHeight } = this.host
        const fitting = Math.min(1, Math.max(0.2, Math.min(clientWidth / this.box.width, clientHeight / this.box.height)))
        this.scaleTo(step === 'fit' ? fitting : step === 'in' ? this.scale * scales.step : this.scale / scales.step)
        this.isFitted = step === 'fit' && Math.max(this.box.width * this.scale - clientWidth, this.box.height * this.scale - clientHeight) <= 1
        if (step === 'fit') {
            this.host.scrollTo(0, 0)
            // Where not all can be seen, at least something is.
            const [first] = this.elements.values()
            if (!this.isFitted && first !== undefined) {
                this.bringIntoSight(first)
            }
        }
    }

    end (): void {
        this.clear()
        this.resized.disconnect()
        this.host.removeEventListener('click', this.click)
        this.host.removeEventListener('wheel', this.wheel)
        this.host.removeEventListener('keydown', this.key)
    }

    private clear (): void {
        this.host.replaceChildren()
        this.svg = null
        this.elements.clear()
        this.names.clear()
    }

    /** What the renderer can't label is drawn with names alone. */
    private draw (flowId: string): ReturnType<typeof drawnFlow> {
        const container = document.createElement('div')
        const options = { container, scope: 'ffs-drawing', flowId: drawnFlowId, gridLines: false, zoom: false, autoZoom: false, autoScroll: false }
        const flow = drawnFlow(this.nodes, flowId)
        container.replaceChildren(emptyDrawing())
        try {
            renderer.renderFlow(flow.nodes, options)
            return flow
        } catch {
            const plain = drawnFlow(this.nodes, flowId, true)
            container.replaceChildren(emptyDrawing())
            renderer.renderFlow(plain.nodes, options)
            return plain
        } finally {
            hideMeasures()
            this.host.replaceChildren(...container.children)
        }
    }

    private measure (): void {
        const { x, y, width, height } = this.svg?.querySelector<SVGGElement>('.outerContainer')?.getBBox() ?? this.box
        this.box = { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin }
        this.svg?.setAttribute('viewBox', [this.box.x, this.box.y, this.box.width, this.box.height].join(' '))
    }

    /** What was in the middle stays there. */
    private scaleTo (wanted: number): void {
        const { host, svg } = this
        const scale = Math.min(scales.most, Math.max(scales.least, wanted))
        const middle = { x: (host.scrollLeft + host.clientWidth / 2) / this.scale, y: (host.scrollTop + host.clientHeight / 2) / this.scale }
        this.scale = scale
        svg?.setAttribute('style', `width: ${this.box.width * scale}px; height: ${this.box.height * scale}px`)
        host.scrollTo(middle.x * scale - host.clientWidth / 2, middle.y * scale - host.clientHeight / 2)
    }

    private bringIntoSight (element: Element): void {
        const { host } = this
        const [at, around] = [element.getBoundingClientRect(), host.getBoundingClientRect()]
        const isSeen = at.left >= around.left && at.right <= around.right && at.top >= around.top && at.bottom <= around.bottom
        if (!isSeen) {
            host.scrollBy(at.left + at.width / 2 - around.left - around.width / 2, at.top + at.height / 2 - around.top - around.height / 2)
        }
    }

    private readonly click = (event: Event): void => {
        const element = (event.target as Element).closest('.ffs-drawn')
        const id = element === null ? undefined : this.names.get(element)
        if (id !== undefined) {
            this.select(id)
            this.onSelect?.(id)
        }
    }

    private readonly wheel = (event: WheelEvent): void => {
        if (event.ctrlKey || event.metaKey) {
            event.preventDefault()
            this.isFitted = false
            this.scaleTo(this.scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1))
        }
    }

    private readonly key = (event: KeyboardEvent): void => {
        const step = ({ '+': 'in', '=': 'in', '-': 'out', 0: 'fit' } as const)[event.key]
        if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault()
            this.zoom(step)
        }
    }
}

/** The type, beside the name that the label has. */
function title (element: Element, text: string): void {
    const shown = element.querySelector('title') ?? element.appendChild(made('title'))
    shown.textContent = text
}

/** Says what a mark is to those who don't tell its colour. */
function sign (text: string): SVGGElement {
    const group = made('g', 'ffs-drawn-sign')
    const [circle, label] = [made('circle'), made('text')]
    circle.setAttribute('r', '8')
    label.textContent = text
    group.append(circle, label)
    return group
}
