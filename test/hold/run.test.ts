import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import 'should'
import { holdParts } from './run'

describe('the attacks on the guarantees', () => {
    it('are the parts that the README tells of, and the mutations', () => {
        const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8')
        const section = readme.slice(readme.indexOf('## It holds'), readme.indexOf('\n## ', readme.indexOf('## It holds') + 1))
        const told = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)
        holdParts().sort().should.eql([...told, 'mutations'].sort())
        told.length.should.be.above(5)
    })
})
