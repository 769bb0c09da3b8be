import type { LineDiff } from '../snapshot/line-diff'
import { diffLines } from '../snapshot/line-diff'
import type { FlowNode } from '../snapshot/model'

/** One property that differs. Texts of several lines, lists and objects are compared by lines; null where those have nothing in common. */
export type PropertyRow =
    | { name: string, look: 'value', here: string | null, there: string | null }
    | { name: string, look: 'lines', lines: LineDiff | null }

const mostLines = 200
const longestValue = 300
const longestLine = 500

/** Those that a flow file has for its own sake. `credentials` never travels to the browser; where it does all the same, it is not shown. */
const hidden = new Set(['id', 'z', 'credentials'])

/** @param here null where the node is only there, and the other way round */
export function propertiesOf (here: FlowNode | null, there: FlowNode | null): PropertyRow[] {
    const names = [...new Set([...Object.keys(here ?? {}), ...Object.keys(there ?? {})])].filter(name => !hidden.has(name))
    return names
        .filter(name => !same(here?.[name], there?.[name]))
        .map(name => rowOf(name, here?.[name], there?.[name]))
}

function rowOf (name: string, here: unknown, there: unknown): PropertyRow {
    const texts = [textOf(here), textOf(there)] as const
    if (texts.some(text => text?.includes('\n')) || texts.some(text => text !== null && text.length > longestValue)) {
        const lines = diffLines(`${texts[0] ?? ''}\n`, `${texts[1] ?? ''}\n`, mostLines)
        return { name, look: 'lines', lines: lines && { ...lines, blocks: lines.blocks.map(block => ({ ...block, lines: block.lines.map(cut) })) } }
    }
    return { name, look: 'value', here: texts[0], there: texts[1] }
}

/** A text as it is, anything else as JSON; null for what is not there. */
function textOf (value: unknown): string | null {
    if (value === undefined) {
        return null
    }
    return typeof value === 'string' ? value : JSON.stringify(value, null, isNested(value) ? 2 : 0)
}

/** Short lists of numbers or ids are read best on one line. */
function isNested (value: unknown): boolean {
    return typeof value === 'object' && value !== null && JSON.stringify(value).length > 60
}

function cut<Line extends { text: string }> (line: Line): Line {
    return line.text.length > longestLine ? { ...line, text: `${line.text.slice(0, longestLine)}…` } : line
}

function same (one: unknown, other: unknown): boolean {
    return one === other || JSON.stringify(one) === JSON.stringify(other)
}
