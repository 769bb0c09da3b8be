import 'should'
import { hereActions } from '../../src/editor/snapshot-actions'
import type { PanelModel } from '../../src/editor/panel-model'

/** Runs with a user of Node-RED's editor who has these permissions; sentences are their keys with what fills them. */
const withPermissions = <T>(granted: string[], run: () => T): T => {
    const { RED } = globalThis as { RED?: unknown }
    const translated = (key: string, { replace = {} }: { replace?: Record<string, string> } = {}) => [key.replace(/.*:/, ''), ...Object.values(replace)].join(' ')
    const hasPermission = (needed: string[]) => needed.every(each => granted.includes(each))
    Object.assign(globalThis, { RED: { _: translated, i18n: { lang: () => 'en-US' }, user: { hasPermission } } })
    try {
        return run()
    } finally {
        Object.assign(globalThis, { RED })
    }
}

describe('what can be done with what runs here', () => {
    const look = ['flows.read', 'flowfuse-snapshots.read']
    const act = ['flows.write', 'flowfuse-snapshots.write']
    const openFile = (granted: string[]) => withPermissions(granted, () => hereActions({} as PanelModel)).find(({ label }) => label === 'file.open')

    it('is to open a file, which is shown to those who may only look with the permissions that it takes', () => {
        openFile([...look, ...act])!.should.have.property('refused', undefined)
        const { refused } = openFile(look)!
        refused!.should.equal('file.mayNotOpen flowfuse-snapshots.write and flows.write')
    })

    it('is nothing for those who may not see flows', () => {
        withPermissions(['flowfuse-snapshots.read'], () => hereActions({} as PanelModel)).should.eql([])
    })
})
