import should from 'should'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { PushPreview } from '../../src/shared/requests'
import { versions } from '../node-red/versions'
import type { Instance } from '../platform/platform'
import { useWorld } from './platform-world'

const run = promisify(execFile)
const module = 'node-red-node-random'

for (const nodeRed of versions) describe(`a module that only the local Node-RED ${nodeRed} has`, function () {
    this.timeout(300_000)
    const world = useWorld(nodeRed)
    let instance: Instance

    it('is installed on the instance by a push that adds it, and its node runs there', async () => {
        instance = await world().platform.createInstance('module-press')
        await world().platform.waitForState(instance.id, 'running')
        await world().connect(instance)
        const installed = await world().local.call('POST', 'nodes', { module })
        installed.status.should.equal(200)
        await world().deploy([
            { id: 'mt', type: 'tab', label: 'Random' },
            { id: 'mi', type: 'http in', z: 'mt', url: '/random', method: 'get', upload: false, swaggerDoc: '', x: 1, y: 1, wires: [['mr']] },
            { id: 'mr', type: 'random', z: 'mt', low: 42, high: 42, inte: 'true', property: 'payload', x: 2, y: 1, wires: [['mf']] },
            { id: 'mf', type: 'change', z: 'mt', rules: [{ t: 'set', p: 'payload', pt: 'msg', to: '{"drawn": payload}', tot: 'jsonata' }], x: 3, y: 1, wires: [['mo']] },
            { id: 'mo', type: 'http response', z: 'mt', statusCode: '', headers: {}, x: 4, y: 1, wires: [] }
        ])
        const preview = await world().ask<PushPreview>('GET', 'push/preview')
        const missing = preview.modules.filter(({ inPalette }) => !inPalette)
        missing.map(({ name }) => name).should.eql([module])

        const job = await world().push(instance, { name: 'with random', addModules: [module], restore: { captureBefore: true } })
        job.should.containDeep({ state: 'done', error: null, result: { restored: true, stateAfter: 'running', added: { modules: [module] } } })
        should(await drawn(instance.url)).eql({ drawn: 42 })

        // Our own restore is no reason to warn of somebody else's deploy.
        const { notes } = await world().ask<PushPreview>('GET', 'push/preview')
        notes.map(({ code }) => code).should.not.containEql('instance-deployed-since')
    })

    after(async () => {
        // The next version needs one whose palette list lacks the module.
        await world().platform.api('DELETE', `/api/v1/projects/${instance.id}`)
        await run('npm', ['remove', '--no-audit', '--no-fund', module], { cwd: world().local.userDir })
    })
})

/** Asks until the instance answers with JSON: its flows start a moment after it. */
async function drawn (url: string): Promise<unknown> {
    const deadline = Date.now() + 60_000
    for (;;) {
        const answer = await fetch(`${url}/random`).then(response => response.json() as Promise<unknown>, () => null).catch(() => null)
        if (answer !== null || Date.now() > deadline) { return answer }
        await new Promise(resolve => setTimeout(resolve, 200))
    }
}
