import should from 'should'
import { settingRows } from '../../src/runtime/runtime-settings'
import type { LocalSetting } from '../../src/snapshot/local-settings'

const rowOf = (here: string, there: unknown) => {
    const own: LocalSetting[] = [{ key: 'palette.denyList', value: [here], problem: null }]
    return settingRows(own, { runtimeSettings: { 'palette.denyList': there }, lockedSettings: [] }, { version: '2.33.2' })[0]
}

describe('a runtime setting in the push dialog', () => {
    it('shows no more of the instance’s than can be read', () => {
        const { there } = rowOf('a', ['x'.repeat(100_000)])!
        should(there).equal(`${'x'.repeat(499)}…`)
        should(rowOf('a', ['x'.repeat(500)])?.there).equal('x'.repeat(500))
    })

    it('is equal on both sides only when all of it is', () => {
        const long = 'x'.repeat(600)
        should(rowOf(long, [long])).containEql({ here: long, there: long })
        should(rowOf(`${long}a`, [`${long}b`])?.there).not.equal(`${long}a`)
    })

    it('does not show what may hold a password there', () => {
        should(rowOf('a', 'https://u:p4ss@plant.example/')).containEql({ here: 'a', there: null, refused: null })
    })
})
