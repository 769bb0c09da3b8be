import { appendFileSync } from 'node:fs'
import { reporters, type MochaOptions, type Runner, type Test } from 'mocha'

/** One line of the record: a test that ended, or the end of the whole run. */
export type Recorded = { event: 'pass' | 'end' } | { event: 'fail' | 'pending', title: string, message: string }

/** What tests left running keeps their process alive; by then it is no longer just about to end. In milliseconds. */
const endsWithin = 30_000

/**
 * Prints as mocha's `spec` does and writes each result to the file that the reporter option `record` names, at once: a run that is
 * stopped or crashes leaves what it had done.
 */
export default class Reporter extends reporters.Spec {
    constructor (runner: Runner, options: MochaOptions) {
        super(runner, options)
        const { record } = (options.reporterOptions ?? {}) as { record: string }
        const write = (line: Recorded) => appendFileSync(record, `${JSON.stringify(line)}\n`)
        runner.on('pass', () => write({ event: 'pass' }))
        runner.on('fail', (test: Test, error: unknown) => write({
            event: 'fail', title: test.fullTitle(), message: error instanceof Error ? error.message : String(error)
        }))
        runner.on('pending', (test: Test) => write({ event: 'pending', title: test.fullTitle(), message: 'was skipped' }))
        runner.on('end', () => {
            write({ event: 'end' })
            setTimeout(() => {
                write({ event: 'fail', title: 'the suite', message: `did not end after its last test: ${process.getActiveResourcesInfo().join(', ')}` })
                process.exit(1)
            }, endsWithin).unref()
        })
    }
}
