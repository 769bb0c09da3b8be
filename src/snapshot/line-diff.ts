import { structuredPatch } from 'diff'

/** Lines of a text that stand together: `sign` is '+' for a line that comes, '-' for one that goes, ' ' for one that stays. */
export interface LineBlock { lineHere: number, lineThere: number, lines: Array<{ sign: '+' | '-' | ' ', text: string }> }

/** What differs, with three lines around it. `left`: how many more lines there are than were given. */
export interface LineDiff { blocks: LineBlock[], left: number }

/** Past this many changed lines, texts count as quite different: finding the least change would take longer than anybody waits. */
const mostChanges = 4000

/**
 * Compares two texts line by line.
 * @param most lines to give
 * @returns null where the texts have so little in common that a comparison by lines tells nothing
 */
export function diffLines (here: string, there: string, most: number): LineDiff | null {
    const patch = structuredPatch('', '', here, there, '', '', { context: 3, maxEditLength: mostChanges, timeout: 2000 })
    if (patch === undefined) {
        return null
    }
    let room = most
    let left = 0
    const blocks = patch.hunks.map(({ oldStart, newStart, lines }) => {
        const all = lines.filter(line => !line.startsWith('\\')).map(line => ({ sign: line[0] as '+' | '-' | ' ', text: line.slice(1) }))
        const taken = all.slice(0, room)
        room -= taken.length
        left += all.length - taken.length
        return { lineHere: oldStart, lineThere: newStart, lines: taken }
    }).filter(({ lines }) => lines.length > 0)
    return { blocks, left }
}
