/** What the renderer finds in the page, and leaves there. */

const svgNamespace = 'http://www.w3.org/2000/svg'

/** The layers that the renderer fills, in its order. */
const layers = ['flow_group_elements', 'flow_group_select', 'flow_wires', 'flow_nodes']

/**
 * The elements that the renderer looks for before it makes its own. It asks for the size of every node as soon as it has added it, for
 * which the browser would lay out all before it once more; it is told the size that it has just given to the node.
 */
export function emptyDrawing (): SVGSVGElement {
    const svg = made('svg')
    const layer = svg.appendChild(made('g', 'outerContainer')).appendChild(made('g', 'flow-layer-0'))
    layer.append(...layers.map(name => made('g', name)))
    for (const part of layer.children) {
        const { appendChild, prepend } = part
        part.appendChild = <Child extends Node>(child: Child): Child => appendChild.call(part, sized(child)) as Child
        part.prepend = (...children: Array<Node | string>) => prepend.apply(part, children.map(sized))
    }
    return svg
}

/** Answers for the size of a node, which is that of its first rectangle, and of the label in it. */
function sized <Child extends Node | string> (child: Child): Child {
    if (child instanceof SVGGElement) {
        child.getBBox = () => {
            const rect = child.querySelector(':scope > rect')
            return new DOMRect(0, 0, Number(rect?.getAttribute('width')), Number(rect?.getAttribute('height') ?? labelHeight(child)))
        }
        child.appendChild = <Part extends Node>(part: Part): Part => Node.prototype.appendChild.call(child, sized(part)) as Part
    }
    return child
}

function labelHeight (label: Element): number {
    return 16 + 20 * (label.childElementCount - 1)
}

/** A shape of a drawing. */
export function made <Name extends 'svg' | 'g' | 'circle' | 'text' | 'title'> (name: Name, className = ''): SVGElementTagNameMap[Name] {
    const shape = document.createElementNS(svgNamespace, name)
    if (className !== '') {
        shape.setAttribute('class', className)
    }
    return shape
}

/** The renderer leaves the elements in which it measured texts. */
export function hideMeasures (): void {
    document.querySelectorAll('body > span.node-text-label, body > span.group-text-label').forEach(span => span.setAttribute('aria-hidden', 'true'))
}
