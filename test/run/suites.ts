import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Mocha tests that run in one process. `limit`: milliseconds after which the suite is stopped. */
export interface Suite { name: string, files: string[], limit: number }

const minute = 60_000

/** What needs a process of its own, by folder; every other test is a unit test. */
const apart = { 'node-red': 10 * minute, integration: 30 * minute, platform: 15 * minute, browser: 30 * minute }

/**
 * Every `*.test.ts` below a folder, each in exactly one suite, so that no test is left out because nobody named it. A suite of which
 * there is no test is in the list too: that it is empty is worth a failure.
 * @param folder the folder of all tests
 */
export function findSuites (folder: string): Suite[] {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(file => file.endsWith('.test.ts') && !file.includes('node_modules'))
        .sort()
    const folderOf = (file: string) => file.split(/[\\/]/)[0] ?? ''
    const suite = (name: string, limit: number, belongs: (file: string) => boolean): Suite =>
        ({ name, limit, files: files.filter(belongs).map(file => join(folder, file)) })
    return [
        suite('unit', 10 * minute, file => !(folderOf(file) in apart)),
        ...Object.entries(apart).map(([name, limit]) => suite(name, limit, file => folderOf(file) === name))
    ]
}
