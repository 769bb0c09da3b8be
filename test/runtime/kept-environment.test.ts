import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { KeptEnvironment } from '../../src/runtime/kept-environment'
import { DataKey } from '../../src/runtime/store/data-key'
import { KeptVariables } from '../../src/runtime/store/kept-variables'
import { CodedError } from '../../src/shared/errors'
import { limits } from '../../src/shared/limits'

describe('kept variables in the process', () => {
    let folder: string
    let host: NodeJS.ProcessEnv
    let kept: KeptVariables
    let environment: KeptEnvironment

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'ffs-kept-environment-'))
        host = { PLANT: 'of the host', PATH: '/bin' }
        kept = new KeptVariables(folder, new DataKey(folder, () => ['secret']))
        environment = new KeptEnvironment(kept, host)
    })
    afterEach(() => rmSync(folder, { recursive: true }))

    const one = (name: string, value: string, hidden = false) => ({ name, value, hidden })
    const codeOf = async (work: Promise<unknown>) =>
        await work.then(() => undefined, (error: unknown) => error instanceof CodedError ? error.code : error)

    it('are set under names too that every object has', async () => {
        await environment.replaceAll([one('constructor', 'a'), one('toString', 'b')])
        should([host.constructor, host.toString]).eql(['a', 'b'])
        should(environment.isOverridden('constructor')).be.false()
        should(new KeptEnvironment(kept, {}).isOverridden('toString')).be.false()
    })

    it('are there as soon as they are kept, hidden ones too, and gone when they are not', async () => {
        await environment.replaceAll([one('LIMIT', '80'), one('TOKEN', 'x', true)])
        should(host).containEql({ LIMIT: '80', TOKEN: 'x' })
        await environment.replaceAll([one('LIMIT', '90')])
        should(host).eql({ PLANT: 'of the host', PATH: '/bin', LIMIT: '90' })
        await environment.replaceAll([])
        should(host).eql({ PLANT: 'of the host', PATH: '/bin' })
    })

    it('are there again in the next process', async () => {
        await environment.replaceAll([one('LIMIT', '80')])
        const next: NodeJS.ProcessEnv = {}
        await new KeptEnvironment(kept, next).apply()
        should(next).eql({ LIMIT: '80' })
    })

    it('never touch what the host has', async () => {
        await environment.replaceAll([one('PLANT', 'ours')])
        should(host.PLANT).equal('of the host')
        should(environment.isOverridden('PLANT')).be.true()
        await environment.replaceAll([])
        should(host.PLANT).equal('of the host')
    })

    it('are nobody’s to take out once somebody else has changed them', async () => {
        await environment.replaceAll([one('LIMIT', '80')])
        should(environment.isOverridden('LIMIT')).be.false()
        host.LIMIT = 'of a flow'
        should(environment.isOverridden('LIMIT')).be.true()
        await environment.replaceAll([])
        should(host.LIMIT).equal('of a flow')
    })

    it('are never such as steer the process, also when the file has them', async () => {
        for (const name of ['PATH', 'NODE_OPTIONS', 'https_proxy', 'FF_TOKEN']) {
            should(await codeOf(environment.replaceAll([one(name, 'x')]))).equal('variable-not-allowed')
        }
        await kept.replaceAll([one('NODE_OPTIONS', '--require /tmp/x')])
        await environment.apply()
        should(host).not.have.property('NODE_OPTIONS')
    })

    it('have names that every platform takes and sizes that every program can be started with', async () => {
        should(await codeOf(environment.replaceAll([one('two words', 'x')]))).equal('variable-name-invalid')
        should(await codeOf(environment.replaceAll([one('A', 'x'.repeat(limits.variableValueBytes + 1))]))).equal('variable-too-long')
        should(await codeOf(environment.replaceAll([one('A', 'a\0b')]))).equal('variable-too-long')
        const many = Array.from({ length: 9 }, (_, index) => one(`A${index}`, 'x'.repeat(limits.variableValueBytes)))
        should(await codeOf(environment.replaceAll(many))).equal('variables-too-large')
        should(await kept.list()).eql([])
    })

    it('are merged: what is there keeps its place and its hiding, what may never be set is left out', async () => {
        await environment.replaceAll([one('TOKEN', 'old', true), one('LIMIT', '80')])
        should((await environment.merge([['TOKEN', 'new'], ['PATH', '/x'], ['LINE', '4']])).leftOut).eql(['PATH'])
        should(await kept.list()).eql([one('TOKEN', 'new', true), one('LIMIT', '80'), one('LINE', '4')])
        should(host).containEql({ TOKEN: 'new', LINE: '4', PATH: '/bin' })
        should(await codeOf(environment.merge([['LINE', '5'], ['no name', 'x']]))).equal('variable-name-invalid')
        should(host.LINE).equal('4')
    })

    it('of two changes at once are those of both, one after the other', async () => {
        await Promise.all([environment.merge([['A', '1']]), environment.merge([['B', '2']])])
        should((await kept.list()).map(({ name }) => name)).eql(['A', 'B'])
    })

    it('are set from what a former secret opens, one change after the other, and not in the middle of a restore', async () => {
        let [present, former] = ['former', 'present']
        const dataKey = new DataKey(folder, () => [present])
        kept = new KeptVariables(folder, dataKey)
        await new KeptEnvironment(kept, {}).replaceAll([one('TOKEN', 'x', true)])
        ;[present, former] = [former, present]
        environment = new KeptEnvironment(kept, host)
        await environment.apply()
        should(host).not.have.property('TOKEN')

        let seen: string[] = []
        const unlock = async () => {
            seen = (await kept.list()).map(({ name }) => name)
            await dataKey.takeFormerSecret(former)
            return 'unlocked'
        }
        const refused = environment.applyUnlocked(unlock, () => { throw new CodedError('job-running', {}, 409) })
        should(await codeOf(refused)).equal('job-running')
        should(await kept.countLocked()).equal(1)

        const before = environment.replaceAll([one('LINE', '4'), { name: 'TOKEN', hidden: true }])
        should(await environment.applyUnlocked(unlock)).equal('unlocked')
        await before
        should(seen).eql(['LINE', 'TOKEN'])
        should(host).containEql({ LINE: '4', TOKEN: 'x' })
    })

    it('are not changed by who came before a restore and would come in between', async () => {
        await environment.replaceAll([one('LINE', '4')])
        let restoring = false
        const mayChange = () => { if (restoring) throw new CodedError('job-running', {}, 409) }
        const before = environment.replaceAll([one('LINE', '5')], mayChange)
        const after = codeOf(environment.replaceAll([one('LINE', '6')], mayChange))
        const alsoAfter = codeOf(environment.merge([['LINE', '7']], mayChange))
        // Nothing but the first of them has looked yet.
        await Promise.resolve()
        restoring = true
        const text = await environment.text()
        await before
        should(await after).equal('job-running')
        should(await alsoAfter).equal('job-running')
        should(text).containEql('"5"')

        await environment.replaceAll([one('LINE', 'of the snapshot'), one('NEW', '1')])
        await environment.putBack(text)
        should(await kept.list()).eql([one('LINE', '5')])
        should(host).eql({ PLANT: 'of the host', PATH: '/bin', LINE: '5' })
        await environment.putBack(null)
        should(await kept.list()).eql([])
    })
})
