import type { Ending } from './child'
import type { Recorded } from './reporter'

/** What came of a suite or a check: `failures` has an entry for each of the `failed`. */
export interface Tally { passed: number, failures: string[] }

/**
 * What came of a suite. Nothing is skipped silently: a pending test counts as failed, and so does a run without tests, one that did
 * not come to its end, and one that ended with a failure it had not recorded.
 * @param record what the reporter wrote, one JSON object a line
 */
export function tallySuite (record: string, ending: Ending): Tally {
    const lines = record.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Recorded)
    const failures = lines.flatMap(line => 'title' in line ? [`${line.title}: ${line.message}`] : [])
    const passed = lines.filter(line => line.event === 'pass').length
    const cameToItsEnd = lines.some(line => line.event === 'end')
    if (!cameToItsEnd) {
        failures.push(`the suite ${describeEnding(ending)} before its last test`)
    } else if (typeof ending === 'string' || (ending !== 0 && failures.length === 0)) {
        failures.push(`the suite ${describeEnding(ending)} after its last test`)
    } else if (passed + failures.length === 0) {
        failures.push('the suite ran no test')
    }
    return { passed, failures }
}

/** What came of a program that is one check as a whole. */
export function tallyCheck (ending: Ending): Tally {
    return ending === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [`it ${describeEnding(ending)}`] }
}

/** The last line of a run. */
export function countLine (tallies: Tally[]): string {
    const sum = (count: (tally: Tally) => number) => tallies.reduce((total, tally) => total + count(tally), 0)
    return `${sum(tally => tally.passed)} passed, ${sum(tally => tally.failures.length)} failed`
}

function describeEnding (ending: Ending): string {
    return typeof ending === 'number' ? `ended with code ${ending}` : ending
}
