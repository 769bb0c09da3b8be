import should from 'should'
import { isLoopback, serverOrigin, type ServerRules } from '../../src/flowfuse/server'
import { CodedError, type ErrorCode } from '../../src/shared/errors'

const anyServer: ServerRules = { allowHttp: false, allowedServers: [] }

function refusal (text: string, rules: Partial<ServerRules>, code: ErrorCode): CodedError {
    try {
        serverOrigin(text, { ...anyServer, ...rules })
    } catch (error) {
        should(error).be.instanceof(CodedError)
        should((error as CodedError).code).equal(code, text)
        return error as CodedError
    }
    throw new Error(`${text} was taken`)
}

describe('the address of a server', () => {
    it('is taken as people paste it', () => {
        const meant: Array<[string, string]> = [
            ['app.flowfuse.com', 'https://app.flowfuse.com'],
            ['  https://app.flowfuse.com/  ', 'https://app.flowfuse.com'],
            ['HTTPS://App.FlowFuse.com', 'https://app.flowfuse.com'],
            ['https://app.flowfuse.com/team/plant-a/applications?x=1#top', 'https://app.flowfuse.com'],
            ['https://app.flowfuse.com:443', 'https://app.flowfuse.com'],
            ['flowfuse.plant.local:8443', 'https://flowfuse.plant.local:8443'],
            ['localhost:3000', 'https://localhost:3000'],
            ['http://localhost:3000/', 'http://localhost:3000'],
            ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
            ['http://[::1]:3000', 'http://[::1]:3000'],
            ['https://flöw.example', 'https://xn--flw-tna.example']
        ]
        meant.forEach(([text, origin]) => should(serverOrigin(text, anyServer)).equal(origin, text))
    })

    it('is refused when it is none', () => {
        for (const junk of ['', '   ', 'https://', '://x', 'ftp://app.flowfuse.com', 'file:///etc/passwd', 'javascript://x', 'https://a b', 'https://x:99999',
            'https://user:secret@app.flowfuse.com', 'https://user@app.flowfuse.com', 'x'.repeat(3000)]) {
            refusal(junk, {}, 'server-url-invalid')
        }
    })

    it('is quoted in the refusal only so far as fits a sentence', () => {
        String(refusal(`ftp://${'x'.repeat(1000)}`, {}, 'server-url-invalid').params.value).length.should.equal(100)
    })

    it('is refused with plain http unless it never leaves this machine or the operator allows it', () => {
        for (const remote of ['http://app.flowfuse.com', 'http://192.168.0.10:3000', 'http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://0.0.0.0']) {
            refusal(remote, {}, 'server-http-refused')
            should(serverOrigin(remote, { ...anyServer, allowHttp: true })).equal(remote)
        }
    })

    it('must be on the list of the operator where there is one', () => {
        const allowedServers = ['https://flowfuse.plant.local', 'not an address', 'app.flowfuse.com/']
        should(serverOrigin('app.flowfuse.com', { ...anyServer, allowedServers })).equal('https://app.flowfuse.com')
        should(serverOrigin('https://flowfuse.plant.local/x', { ...anyServer, allowedServers })).equal('https://flowfuse.plant.local')
        for (const other of ['https://evil.example', 'https://app.flowfuse.com.evil.example', 'https://app.flowfuse.com:8443', 'http://localhost']) {
            should(refusal(other, { allowedServers }, 'server-not-allowed').params.allowed).equal(allowedServers.join(', '))
        }
    })

    it('counts as loopback only when it surely is', () => {
        ;['localhost', '[::1]', '127.0.0.1', '127.255.3.4'].forEach(host => should(isLoopback(host)).be.true())
        ;['localhost.', 'localhost.evil.example', '127.0.0.1.nip.io', '128.0.0.1', '[::2]', ''].forEach(host => should(isLoopback(host)).be.false())
    })
})
