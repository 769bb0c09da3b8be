import should from 'should'
import { readSettings } from '../../src/runtime/settings'
import { redDouble } from './red-double'

describe('the settings of the operator', () => {
    const read = (own: unknown, environment: NodeJS.ProcessEnv = {}) => {
        const { nodeRed, log } = redDouble({ 'flowfuse-snapshots': own })
        return { settings: readSettings(nodeRed, environment), log }
    }
    const local = { localAuto: true, keepLocal: 10 }
    const noTarget = { team: '', instance: '', lockedBy: '' }
    const defaults = { server: 'https://app.flowfuse.com', allowedServers: [], allowedHosts: [], trustProxy: false, allowHttp: false, ...noTarget, ...local }

    it('may be missing', () => {
        for (const nothing of [undefined, null, {}, 'text', 5]) {
            should(read(nothing)).eql({ settings: defaults, log: [] })
        }
    })

    it('are read from settings.js', () => {
        const own = { server: 'https://ff.plant.local', allowedServers: ['ff.plant.local'], allowedHosts: ['nr.plant.com'], trustProxy: true, allowHttp: true }
        should(read(own)).eql({ settings: { ...own, ...noTarget, ...local }, log: [] })
    })

    it('are read from the environment, which wins', () => {
        const own = { server: 'https://of-settings.js', allowedHosts: ['a'], trustProxy: true }
        const { settings, log } = read(own, {
            FLOWFUSE_SNAPSHOTS_SERVER: 'https://ff.plant.local',
            FLOWFUSE_SNAPSHOTS_ALLOWED_SERVERS: 'ff.plant.local, https://other.example ,',
            FLOWFUSE_SNAPSHOTS_ALLOWED_HOSTS: 'nr.plant.com',
            FLOWFUSE_SNAPSHOTS_TRUST_PROXY: 'false',
            FLOWFUSE_SNAPSHOTS_ALLOW_HTTP: 'true'
        })
        should(settings).eql({
            server: 'https://ff.plant.local', allowedServers: ['ff.plant.local', 'https://other.example'], allowedHosts: ['nr.plant.com'],
            trustProxy: false, allowHttp: true, ...noTarget, ...local
        })
        should(log).eql([])
    })

    it('name a target, and say where it was locked', () => {
        const own = { team: 'Plant A', instance: 'press', lockTarget: true }
        should(read(own).settings).containEql({ team: 'Plant A', instance: 'press', lockedBy: 'settings.js' })
        should(read({ ...own, lockTarget: false }).settings.lockedBy).equal('')
        const variables = { FLOWFUSE_SNAPSHOTS_INSTANCE: 'filler', FLOWFUSE_SNAPSHOTS_LOCK_TARGET: 'true' }
        should(read(own, variables).settings).containEql({ team: 'Plant A', instance: 'filler', lockedBy: 'FLOWFUSE_SNAPSHOTS_LOCK_TARGET' })
        should(read(own, { FLOWFUSE_SNAPSHOTS_LOCK_TARGET: 'false' }).settings.lockedBy).equal('')
    })

    it('lock nothing without a target, and the log says so', () => {
        const { settings, log } = read({ lockTarget: true })
        should(settings.lockedBy).equal('')
        should(log.join()).containEql('lock-without-target')
    })

    it('switch automatic snapshots off, also where what was meant can’t be read, and say how many are kept', () => {
        should(read({ localAuto: false, keepLocal: 3 }).settings).containEql({ localAuto: false, keepLocal: 3 })
        should(read({}, { FLOWFUSE_SNAPSHOTS_LOCAL_AUTO: 'false', FLOWFUSE_SNAPSHOTS_KEEP_LOCAL: '25' }).settings).containEql({ localAuto: false, keepLocal: 25 })
        const { settings, log } = read({ localAuto: 'no', keepLocal: 0 })
        should(settings).containEql({ localAuto: false, keepLocal: 10 })
        should(log).have.length(2)
    })

    it('count as not set where their type is wrong, but a restriction then allows nothing, and the log names them', () => {
        const { settings, log } = read({ server: 5, allowedServers: [1], allowedHosts: {}, trustProxy: 'yes', allowHttp: 1 })
        should(settings).eql({ ...defaults, allowedServers: [''] })
        should(log).have.length(5)
        ;['server', 'allowedServers', 'allowedHosts', 'trustProxy', 'allowHttp'].forEach(key => should(log.join('\n')).containEql(key))
    })
})
