import should from 'should'
import type { Instance } from '../../src/flowfuse/instances'
import type { Capture } from '../../src/runtime/capture'
import { pushPreview, type PreviewSources } from '../../src/runtime/push-preview'
import { ModulesInUse } from '../../src/snapshot/modules'

const instance: Instance = {
    id: 'i', name: 'press', url: 'http://press', application: { id: 'a', name: 'Line 1' }, team: { id: 't', name: 'Plant A' }, state: 'running',
    isDeploying: false, deployedAt: null, variables: [], untoldVariables: 0, palette: { 'node-red-contrib-x': '~1.0.0' }, isProtected: false, hasBasicAuth: false,
    runtimeSettings: { disableTours: false }, lockedSettings: []
}
const captured: Capture = {
    revision: 'r', flowsJson: [], credentialsJson: [], bytes: 2, counts: { flows: 2, subflows: 1, nodes: 9, nodesWithCredentials: 3 },
    oddities: { withoutId: 0, duplicateIds: 0, disabledFlows: 0 }, references: ['LINE', 'PATH', 'MISSING'], modulesInUse: new ModulesInUse()
}
const sound: PreviewSources = {
    server: 'https://ff.example',
    captured,
    modules: { modules: { 'node-red': '4.1.15', 'node-red-contrib-x': '1.0.4' }, leftOut: [], missingTypes: [] },
    host: { LINE: 'the value', PATH: '/bin' },
    kept: [],
    settings: [],
    target: {
        team: { ...instance.team, role: 30 }, application: instance.application,
        instance: { id: 'i', name: 'press', url: 'http://press', state: 'running' }, pushRefused: null, restoreRefused: null
    },
    instance,
    kind: 'token',
    platform: { version: '2.33.2' },
    link: null,
    changes: null,
    devices: { count: 0, nodeRedNow: null }
}
const notesOf = (sources: Partial<PreviewSources>) => pushPreview({ ...sound, ...sources }).notes
const withInstance = (change: Partial<Instance>) => ({ instance: { ...instance, ...change } })
const withOddities = (change: Partial<Capture['oddities']>) => ({ captured: { ...captured, oddities: { ...captured.oddities, ...change } } })
const withCounts = (change: Partial<Capture['counts']>) => ({ captured: { ...captured, counts: { ...captured.counts, ...change } } })

describe('the preview of a push', () => {
    it('keeps apart what the sign-in may not, and what can’t be written to the instance', () => {
        const untold = withInstance({ untoldVariables: 2 })
        const writeRefused = { code: 'variables-untold', params: { count: 2, instance: 'press' } }
        should(pushPreview({ ...sound, ...untold }).variables).containEql({ addRefused: null, writeRefused })
        should(pushPreview({ ...sound, ...untold, kind: 'oauth' }).variables).containEql({ addRefused: { code: 'needs-token', params: {} }, writeRefused })
    })

    it('counts and names what travels, without any value', () => {
        const preview = pushPreview(sound)
        should(preview.counts).eql({ flows: 2, subflows: 1, nodes: 9, nodesWithCredentials: 3, modules: 2 })
        should(preview.modules).eql([
            { name: 'node-red', version: '4.1.15', inPalette: true }, { name: 'node-red-contrib-x', version: '1.0.4', inPalette: true }
        ])
        should(preview.variables).eql({
            offered: ['LINE'], unset: ['MISSING'], withheld: ['PATH'], kept: [], onInstance: [], addRefused: null, writeRefused: null, keepsHidden: true
        })
        should(preview.addModulesRefused).eql({ code: 'role-too-low', params: { team: 'Plant A', role: 'member', needed: 'owner' } })
        should(preview.notes).eql([])
        should(JSON.stringify(preview)).not.containEql('the value')
    })

    it('shows the variables of the instance, hidden ones first', () => {
        const variables = [{ name: 'B', hidden: false }, { name: 'Z', hidden: true }, { name: 'A', hidden: false }, { name: 'C', hidden: true }]
        should(pushPreview({ ...sound, ...withInstance({ variables }) }).variables.onInstance.map(variable => variable.name)).eql(['C', 'Z', 'A', 'B'])
        should(variables[0]?.name).equal('B')
    })

    it('shows runtime settings as they are here and there, and why one can’t travel', () => {
        const settings: PreviewSources['settings'] = [
            { key: 'disableTours', value: true, problem: null }, { key: 'debugMaxLength', value: 2000, problem: null },
            { key: 'apiMaxLength', value: null, problem: { code: 'setting-size-unfit', params: {} } }, { key: 'page.title', value: 'Line 4', problem: null },
            { key: 'httpNodeCORS', value: { enabled: true, origin: '*', GET: true, POST: false, PUT: false, PATCH: false, HEAD: false, DELETE: false }, problem: null }
        ]
        const there = withInstance({ runtimeSettings: { disableTours: false, apiMaxLength: '5mb' }, lockedSettings: ['page.title'] })
        const rows = (version: string | null) => pushPreview({ ...sound, ...there, settings, platform: { version } }).settings
        should(rows('2.33.2')).eql([
            { key: 'disableTours', here: true, there: false, refused: null },
            { key: 'debugMaxLength', here: '2000', there: null, refused: null },
            { key: 'apiMaxLength', here: null, there: '5mb', refused: { code: 'setting-size-unfit', params: {} } },
            { key: 'page.title', here: 'Line 4', there: null, refused: { code: 'setting-locked', params: {} } },
            { key: 'httpNodeCORS', here: '* (GET)', there: null, refused: null }
        ])
        should(rows('2.20.9').at(-1)?.refused).eql({ code: 'needs-version', params: { version: '2.20.9', needed: '2.21.0' } })
        should(rows(null).at(-1)?.refused).be.null()
    })

    it('says why no runtime setting can travel', () => {
        const refused = (change: Partial<PreviewSources>, role = 50) =>
            pushPreview({ ...sound, target: { ...sound.target, team: { ...sound.target.team, role } }, ...change }).settingsRefused?.code ?? null
        should(refused({})).be.null()
        should(refused({}, 30)).equal('role-too-low')
        should(refused({ kind: 'oauth' })).equal('needs-token')
        should(refused({ kind: 'read-only-token' })).equal('needs-full-token')
        should(refused({ platform: { version: '2.4.0' } })).equal('needs-version')
        should(refused({ platform: { version: null } })).be.null()
    })

    it('says when the snapshot is larger than this version of FlowFuse takes', () => {
        const refusal = (bytes: number, version: string | null) =>
            pushPreview({ ...sound, captured: { ...captured, bytes }, platform: { version } }).tooLarge
        const MiB = 1024 * 1024
        should(refusal(5 * MiB, '2.19.9')).be.null()
        should(refusal(5 * MiB + 1, '2.19.9')).eql({
            code: 'request-too-large', params: { server: 'https://ff.example', size: '5.0 MB', limit: '5.0 MB', version: '2.19.9' }
        })
        should(refusal(10 * MiB, '2.20.0')).be.null()
        should(refusal(10 * MiB + 1, '2.20.0')).have.property('code', 'request-too-large')
        should(refusal(10 * MiB, null)).be.null()
        should(refusal(10 * MiB + 1, null)).have.property('code', 'request-too-large-unknown-limit')
    })

    const modules = (change: Partial<PreviewSources['modules']>) => ({ modules: { ...sound.modules, ...change } })
    const link = { snapshotId: 's', name: 'v1', pushedAt: '2026-01-01T10:00:00.000Z' }
    const cases: Array<[string, Partial<PreviewSources>, object[]]> = [
        ['a suspended instance', withInstance({ state: 'suspended' }), [{ code: 'instance-suspended', params: {} }]],
        ['no flows at all', withCounts({ flows: 0, subflows: 0, nodes: 0 }), [{ code: 'empty-flows', params: {} }]],
        ['an empty flow', withCounts({ flows: 1, nodes: 0 }), []],
        ['types that no module here has', modules({ missingTypes: ['a', 'b'] }), [{ code: 'missing-types', params: { types: 'a, b', count: 2 } }]],
        ['very many such types', modules({ missingTypes: [...'abcdefghijkl'] }), [{
            code: 'missing-types', params: { types: 'a, b, c, d, e, f, g, h, i, j', count: 12 }
        }]],
        ['missing ids', withOddities({ withoutId: 2 }), [{ code: 'odd-ids', params: { count: 2 } }]],
        ['double ids', withOddities({ duplicateIds: 3 }), [{ code: 'duplicate-ids', params: { count: 3 } }]],
        ['disabled flows', withOddities({ disabledFlows: 1 }), [{ code: 'disabled-flows', params: { count: 1 } }]],
        ['modules that the instance won’t install', withInstance({ palette: {} }), [{ code: 'modules-not-in-palette', params: { count: 1 } }]],
        ['a module with a name of every object', modules({ modules: { constructor: '1.0.0' } }), [{ code: 'modules-not-in-palette', params: { count: 1 } }]],
        ['packages that no registry has', modules({ leftOut: [{ name: 'x', spec: 'file:x' }] }), [{ code: 'modules-left-out', params: { count: 1 } }]],
        ['a deploy there since our push', { link, ...withInstance({ deployedAt: '2026-01-01T10:00:00.001Z' }) }, [{ code: 'instance-deployed-since', params: {} }]],
        ['a deploy there before our push', { link, ...withInstance({ deployedAt: '2026-01-01T10:00:00.000Z' }) }, []],
        ['our own restore', { link: { ...link, deployedAt: '2026-01-01T10:00:05.000Z' }, ...withInstance({ deployedAt: '2026-01-01T10:00:05.000Z' }) }, []],
        ['a deploy after our own restore', { link: { ...link, deployedAt: '2026-01-01T10:00:05.000Z' }, ...withInstance({ deployedAt: '2026-01-01T10:00:06.000Z' }) }, [{
            code: 'instance-deployed-since', params: {}
        }]],
        ['the first deploy there after our push', { link: { ...link, deployedAt: null }, ...withInstance({ deployedAt: '2026-01-01T09:00:00.000Z' }) }, [{
            code: 'instance-deployed-since', params: {}
        }]],
        ['a deploy there and no push of ours', withInstance({ deployedAt: '2026-01-01T10:00:00.000Z' }), []],
        ['basic auth before 2.13', { platform: { version: '2.12.0' }, ...withInstance({ hasBasicAuth: true }) }, [{ code: 'restore-breaks-basic-auth', params: {} }]],
        ['basic auth since 2.13', { platform: { version: '2.13.0' }, ...withInstance({ hasBasicAuth: true }) }, []],
        ['hidden variables before 2.19', { platform: { version: '2.18.1' }, ...withInstance({ variables: [{ name: 'A', hidden: true }] }) }, [{
            code: 'restore-shows-hidden', params: { count: 1 }
        }]],
        ['hidden variables since 2.19', { platform: { version: '2.19.0' }, ...withInstance({ variables: [{ name: 'A', hidden: true }] }) }, []],
        ['open variables before 2.19', { platform: { version: '2.4.0' }, ...withInstance({ variables: [{ name: 'A', hidden: false }] }) }, []],
        ['a version that is not told', { platform: { version: null }, ...withInstance({ hasBasicAuth: true, variables: [{ name: 'A', hidden: true }] }) }, []]
    ]
    for (const [name, sources, expected] of cases) {
        it(`notes ${expected.length === 0 ? 'nothing about ' : ''}${name}`, () => {
            should(notesOf(sources)).eql(expected)
        })
    }
})
