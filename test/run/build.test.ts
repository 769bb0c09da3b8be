import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import 'should'

const root = resolve(__dirname, '../..')
const build = () => execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })

/** Each built file with what changes when it is written anew. */
function built (): string[] {
    return ['dist', 'resources/dist'].flatMap(folder => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(name => join(root, folder, name)))
        .filter(file => statSync(file).isFile())
        .map(file => `${file} ${statSync(file).ino} ${statSync(file).mtimeMs}`)
        .sort()
}

describe('a build', () => {
    it('leaves the files alone that are as they should be, for a Node-RED may be serving them, and takes away what is not made any more', () => {
        build()
        const before = built()
        before.length.should.be.above(20)
        const stale = join(root, 'resources/dist/chunk-STALE.js')
        writeFileSync(stale, '')
        build()
        existsSync(stale).should.equal(false)
        built().should.eql(before)
    })
})
