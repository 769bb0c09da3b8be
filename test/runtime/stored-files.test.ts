import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { readStoredFiles } from '../../src/runtime/stored-files'
import type { FlowNode } from '../../src/snapshot/model'
import { failure } from '../flowfuse/failure'
import { redDouble, revisionOf } from './red-double'

describe('the stored flow file', () => {
    let folder: string
    const flows: FlowNode[] = [{ id: 't', type: 'tab', label: 'Füllstand 😀' }, { id: 'n', type: 'x', func: 'const a = {"credentials":1}' }]
    const withCredentials: FlowNode[] = [{ id: 'n', type: 'x', credentials: { password: 'secret' } }]

    beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'stored-files-')) })
    afterEach(() => rmSync(folder, { recursive: true }))

    const read = async (text: string, running: FlowNode[], settings: object = {}) => {
        writeFileSync(join(folder, 'flows.json'), text)
        const { nodeRed } = redDouble({ userDir: folder, flowFile: 'flows.json', ...settings })
        return await readStoredFiles(nodeRed, { flows: running, rev: revisionOf(running) })
    }

    it('is the text of the flows where Node-RED has written it without layout', async () => {
        const { flows: file, flowText } = await read(JSON.stringify(flows), flows)
        should(file).eql({ sha256: revisionOf(flows), text: null })
        should(flowText).eql({ json: Buffer.from(JSON.stringify(flows)), rev: revisionOf(flows) })
    })

    it('is not where it has another layout, which is kept', async () => {
        for (const text of [JSON.stringify(flows, null, 4), `\uFEFF${JSON.stringify(flows)}`, `${JSON.stringify(flows)}\n`]) {
            const stored = await read(text, flows)
            should(stored.flows.text).equal(text)
            should(stored.flowText).equal(undefined)
        }
        const pretty = await read(JSON.stringify(flows, null, 4), flows, { flowFilePretty: true })
        should(pretty.flows.text).equal(null)
        should(pretty.flowText).equal(undefined)
    })

    it('is not where nodes have credentials in it, whatever the running ones have', async () => {
        for (const running of [withCredentials, withCredentials.map(({ credentials: _, ...node }) => node)]) {
            writeFileSync(join(folder, 'flows.json'), JSON.stringify(withCredentials))
            const { nodeRed } = redDouble({ userDir: folder, flowFile: 'flows.json' })
            const { flowText } = await readStoredFiles(nodeRed, { flows: running, rev: revisionOf(withCredentials) })
            should(flowText).equal(undefined)
        }
    })

    it('is refused where it holds other flows', async () => {
        await failure(read(JSON.stringify(flows.slice(1)), flows), 'flow-file-differs')
    })
})
