import should from 'should'
import { readSettings } from '../../src/runtime/settings'
import { redDouble } from './red-double'

describe('the settings of the operator', () => {
    const read = (own: unknown, environment: NodeJS.ProcessEnv = {}) => {
        const { nodeRed, log } = redDouble({ 'flowfuse-snapshots': own })
        return { settings: readSettings(nodeRed, environment), log }
    }
    const defaults = { server: 'https://app.flowfuse.com', allowedServers: [], allowedHosts: [], trustProxy: false, allowHttp: false }

    it('may be missing', () => {
        for (const nothing of [undefined, null, {}, 'text', 5]) {
            should(read(nothing)).eql({ settings: defaults, log: [] })
        }
    })

    it('are read from settings.js', () => {
        const own = { server: 'https://ff.plant.local', allowedServers: ['ff.plant.local'], allowedHosts: ['nr.plant.com'], trustProxy: true, allowHttp: true }
        should(read(own)).eql({ settings: own, log: [] })
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
            trustProxy: false, allowHttp: true
        })
        should(log).eql([])
    })

    it('count as not set where their type is wrong, but a restriction then allows nothing, and the log names them', () => {
        const { settings, log } = read({ server: 5, allowedServers: [1], allowedHosts: {}, trustProxy: 'yes', allowHttp: 1 })
        should(settings).eql({ ...defaults, allowedServers: [''] })
        should(log).have.length(5)
        ;['server', 'allowedServers', 'allowedHosts', 'trustProxy', 'allowHttp'].forEach(key => should(log.join('\n')).containEql(key))
    })
})
