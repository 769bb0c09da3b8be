import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import { thirdParty } from '../../scripts/third-party'

const root = join(__dirname, '../..')
const listed = readFileSync(join(root, 'THIRD-PARTY.md'), 'utf8')
const free = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']

describe('the software of others in the package', () => {
    it('is listed with its licence, as it is built and installed', async () => {
        should(listed === await thirdParty()).equal(true, 'THIRD-PARTY.md is not as `npx tsx scripts/third-party.ts` makes it')
    })

    it('has licences alone that let everybody use and pass it on', () => {
        const rows = [...listed.matchAll(/^\| (\S+) \| \S+ \| (.+) \|$/gm)].filter(([, name]) => name !== 'package')
        should(rows.length).be.above(10)
        should(rows.filter(([, , licence]) => !free.includes(licence!)).map(([row]) => row)).eql([])
        const parts = [...listed.matchAll(/^### (\S+) \S+ \((.+)\)$/gm)]
        should(parts.map(([, name]) => name)).containDeep(['preact', 'diff', '@flowfuse/flow-renderer'])
        should(parts.filter(([, , licence]) => !free.includes(licence!)).map(([row]) => row)).eql([])
    })
})
