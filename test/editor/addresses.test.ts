import 'should'
import { serverLabel, serverOrigin, webUrl } from '../../src/editor/addresses'

describe('addresses', () => {
    it('of a server are understood as the runtime part understands them', () => {
        serverOrigin(' app.flowfuse.com ')!.should.equal('https://app.flowfuse.com')
        serverOrigin('localhost:3000/team/x')!.should.equal('https://localhost:3000')
        serverOrigin('http://10.0.0.1:3000/')!.should.equal('http://10.0.0.1:3000')
    })

    it('become no link unless they are http or https', () => {
        for (const text of ['', 'ftp://x', 'javascript://x/%0aalert(1)', 'https://', 'https://user:pass@x']) {
            (serverOrigin(text) === null).should.be.true(text)
        }
        for (const text of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'instance', '']) {
            (webUrl(text) === null).should.be.true(text)
        }
        webUrl('https://filler.example.com')!.href.should.equal('https://filler.example.com/')
    })

    it('are shown without the scheme that everyone expects', () => {
        serverLabel('https://app.flowfuse.com').should.equal('app.flowfuse.com')
        serverLabel('http://plant:3000').should.equal('http://plant:3000')
    })
})
