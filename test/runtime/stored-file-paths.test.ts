import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import 'should'
import { storedFilePaths } from '../../src/runtime/stored-file-paths'
import { redDouble } from './red-double'

describe('the files that Node-RED itself keeps', () => {
    let folder: string
    let userDir: string
    const cwd = process.cwd()
    const file = (...names: string[]) => join(folder, ...names)
    const pathsOf = async (version: string, flowFile?: string) => await storedFilePaths(redDouble({ userDir, flowFile, version }).nodeRed)

    beforeEach(() => {
        folder = realpathSync(mkdtempSync(join(tmpdir(), 'stored-paths-')))
        userDir = file('user')
        ;['user', 'working', 'elsewhere'].forEach(name => mkdirSync(file(name)))
        process.chdir(file('working'))
    })
    afterEach(() => {
        process.chdir(cwd)
        rmSync(folder, { recursive: true })
    })

    it('are both in userDir, under the computer’s name where settings.js gives none', async () => {
        const name = `flows_${hostname()}`
        for (const version of ['4.1.15', '5.0.7']) {
            ;(await pathsOf(version)).should.eql({ flows: join(userDir, `${name}.json`), credentials: join(userDir, `${name}_cred.json`) })
            ;(await pathsOf(version, 'plant.json')).should.eql({ flows: join(userDir, 'plant.json'), credentials: join(userDir, 'plant_cred.json') })
        }
    })

    it('are flows elsewhere and credentials in userDir up to 4.1, whatever lies beside the flows', async () => {
        writeFileSync(file('elsewhere', 'flows_cred.json'), '{}')
        ;(await pathsOf('4.1.15', file('elsewhere', 'flows.json'))).should.eql({ flows: file('elsewhere', 'flows.json'), credentials: join(userDir, 'flows_cred.json') })
    })

    it('are side by side from 5.0 on, unless credentials are in userDir already', async () => {
        const flows = file('elsewhere', 'flows.json')
        ;(await pathsOf('5.0.7', flows)).should.eql({ flows, credentials: file('elsewhere', 'flows_cred.json') })
        writeFileSync(file('elsewhere', 'flows_cred.json'), '{}')
        writeFileSync(join(userDir, 'flows_cred.json'), '{}')
        ;(await pathsOf('5.0.7', flows)).should.eql({ flows, credentials: join(userDir, 'flows_cred.json') })
    })

    it('are in the folder that Node-RED was started in where the flows lie there or are asked for there', async () => {
        ;(await pathsOf('4.1.15', './flows.json')).flows.should.equal(file('working', 'flows.json'))
        ;(await pathsOf('4.1.15', 'flows.json')).flows.should.equal(join(userDir, 'flows.json'))
        writeFileSync(file('working', 'flows.json'), '[]')
        ;(await pathsOf('4.1.15', 'flows.json')).should.eql({ flows: file('working', 'flows.json'), credentials: join(userDir, 'flows_cred.json') })
        ;(await pathsOf('5.0.7', 'flows.json')).credentials.should.equal(file('working', 'flows_cred.json'))
    })

    it('stay the ones of its start', async () => {
        const { nodeRed } = redDouble({ userDir, flowFile: 'flows.json', version: '5.0.7' })
        const before = await storedFilePaths(nodeRed)
        writeFileSync(file('working', 'flows.json'), '[]')
        ;(await storedFilePaths(nodeRed)).should.eql(before)
    })
})
