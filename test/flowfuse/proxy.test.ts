import should from 'should'
import { proxyFrom } from '../../src/flowfuse/proxy'

describe('the proxy between here and a server', () => {
    const environment = { HTTP_PROXY: 'http://p1:3128', HTTPS_PROXY: 'http://user:p%40ss@p2', NO_PROXY: 'plant.local, .intra.example,*.wild.example,10.0.0.5,exact.example:8443' }
    const through = (origin: string, variables: NodeJS.ProcessEnv = environment) => {
        const proxy = proxyFrom(variables)(origin)
        return proxy && `${proxy.host}:${proxy.port}`
    }

    it('is the one for the scheme, with its password decoded', () => {
        should(proxyFrom(environment)('http://ff.example')).eql({ protocol: 'http:', host: 'p1', port: 3128 })
        should(proxyFrom(environment)('https://ff.example')).eql({ protocol: 'http:', host: 'p2', port: 80, auth: { username: 'user', password: 'p@ss' } })
        should(through('https://ff.example', { HTTP_PROXY: 'p1:1' })).be.null()
        should(through('https://ff.example', { ALL_PROXY: 'p3:3' })).equal('p3:3')
        should(through('https://ff.example', { HTTPS_PROXY: 'upper:1', https_proxy: 'lower:2' })).equal('lower:2')
    })

    it('is none for loopback and what NO_PROXY names', () => {
        const direct = [
            'http://127.0.0.1:1880', 'https://localhost', 'https://[::1]:3', 'https://plant.local', 'https://a.plant.local', 'https://x.intra.example',
            'https://x.wild.example', 'https://10.0.0.5', 'https://exact.example:8443'
        ]
        should(direct.map(origin => through(origin)).filter(proxy => proxy !== null)).eql([])
        should(['https://notplant.local', 'https://exact.example', 'https://10.0.0.50'].map(origin => through(origin))).eql(['p2:80', 'p2:80', 'p2:80'])
        should(through('https://ff.example', { HTTPS_PROXY: 'p:1', no_proxy: '*' })).be.null()
    })

    it('is none where the address is none', () => {
        for (const nonsense of ['', 'http://', 'socks5://p:1', ':::', '//']) {
            should(through('https://ff.example', { HTTPS_PROXY: nonsense })).be.null()
        }
    })

    it('is fixed once read', () => {
        const variables: NodeJS.ProcessEnv = { HTTPS_PROXY: 'p:1' }
        const proxyFor = proxyFrom(variables)
        variables.HTTPS_PROXY = 'thief:1'
        variables.NO_PROXY = '*'
        should(proxyFor('https://ff.example')?.host).equal('p')
    })
})
