import 'should'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findSuites } from './suites'

describe('the suites of npm test', () => {
    let folder: string

    beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'suites-')) })
    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    function namesIn (...files: string[]): Record<string, string[]> {
        for (const file of files) {
            mkdirSync(dirname(join(folder, file)), { recursive: true })
            writeFileSync(join(folder, file), '')
        }
        return Object.fromEntries(findSuites(folder).map(suite => [suite.name, suite.files.map(file => file.slice(folder.length + 1))]))
    }

    it('hold every test file once, those of unknown folders as unit tests', () => {
        namesIn('new/deep/a.test.ts', 'snapshot/b.test.ts', 'platform/c.test.ts', 'browser/d.test.ts', 'integration/e.test.ts', 'platform/api.ts', 'f.test.ts', 'node-red/g.test.ts')
            .should.deepEqual({
                unit: ['f.test.ts', 'new/deep/a.test.ts', 'snapshot/b.test.ts'],
                'node-red': ['node-red/g.test.ts'],
                integration: ['integration/e.test.ts'],
                platform: ['platform/c.test.ts'],
                browser: ['browser/d.test.ts']
            })
    })

    it('do not hold those of installed packages', () => {
        namesIn('platform/node_modules/x/a.test.ts').should.have.property('platform', [])
    })

    it('are listed also when they have no test', () => {
        Object.keys(namesIn()).should.deepEqual(['unit', 'node-red', 'integration', 'platform', 'browser'])
    })
})
