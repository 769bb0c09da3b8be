import type { Socket } from 'node:net'
import should from 'should'
import { checkRequest, type GuardedRequest, type GuardRules } from '../../src/runtime/guard'
import { CodedError } from '../../src/shared/errors'

type Headers = Record<string, string>
const open: GuardRules = { trustProxy: false, isOpen: true, allowedHosts: [] }
const json = { 'content-type': 'application/json' }

function verdict (method: string, headers: Headers, rules: Partial<GuardRules> = {}, path = '/state', more: Partial<GuardedRequest> = {}): string {
    try {
        checkRequest({ method, headers, path, ...more }, { ...open, ...rules })
        return 'passed'
    } catch (error) {
        return error instanceof CodedError ? error.code : String(error)
    }
}

/** Method, headers, verdict, and rules where they are not those of an open editor. */
type Case = [string, Headers, string, Partial<GuardRules>?]

function table (name: string, cases: Case[]): void {
    it(name, () => {
        for (const [method, headers, expected, rules] of cases) {
            should(verdict(method, headers, rules)).equal(expected, JSON.stringify([method, headers, rules]))
        }
    })
}

describe('the guard before the admin routes', () => {
    const host = 'localhost:1880'
    const origin = 'http://localhost:1880'
    const adminAuth = { isOpen: false }

    table('lets the editor through', [
        ['GET', { host }, 'passed'],
        ['GET', { host, origin }, 'passed'],
        ['GET', { host, 'sec-fetch-site': 'same-origin' }, 'passed'],
        ['GET', { host, 'sec-fetch-site': 'none' }, 'passed'],
        ['POST', { host, origin, ...json, 'sec-fetch-site': 'same-origin' }, 'passed'],
        ['POST', { host, origin, 'content-type': 'Application/JSON; charset=utf-8' }, 'passed'],
        ['POST', { host, origin, 'content-type': 'application/vnd.flowfuse-snapshot+json' }, 'passed'],
        ['POST', { host, origin, 'content-type': 'application/json-x' }, 'content-type-refused'],
        ['PUT', { host, origin, ...json }, 'passed'],
        ['DELETE', { host, origin, ...json }, 'passed'],
        ['POST', { host: 'LOCALHOST:1880', origin, ...json }, 'passed'],
        ['POST', { host: '[::1]:1880', origin: 'http://[::1]:1880', ...json }, 'passed'],
        ['POST', { host: '192.168.0.7', origin: 'http://192.168.0.7', ...json }, 'passed']
    ])

    table('refuses what another page asks for, reading included', [
        ['GET', { host, origin: 'https://evil.example' }, 'origin-refused'],
        ['GET', { host, 'sec-fetch-site': 'cross-site' }, 'origin-refused'],
        ['GET', { host, 'sec-fetch-site': 'same-site' }, 'origin-refused'],
        ['GET', { host, origin: 'null' }, 'origin-refused'],
        ['GET', { host, origin: 'http://localhost:1881' }, 'origin-refused'],
        ['GET', { host, origin: 'http://localhost' }, 'origin-refused'],
        ['HEAD', { host, 'sec-fetch-site': 'cross-site' }, 'origin-refused'],
        ['POST', { host, origin: 'https://evil.example', ...json }, 'origin-refused'],
        ['POST', { host, origin: 'http://localhost:1880.evil.example', ...json }, 'origin-refused'],
        ['POST', { host, origin: 'null', ...json }, 'origin-refused'],
        ['POST', { host, origin: '', ...json }, 'origin-refused'],
        ['POST', { host, origin, ...json, 'sec-fetch-site': 'cross-site' }, 'origin-refused'],
        ['POST', { host, origin, ...json, 'sec-fetch-site': 'none' }, 'origin-refused'],
        ['POST', { host, origin: 'http://[::1]:1880', ...json }, 'origin-refused'],
        ['GET', { origin: 'http://' }, 'origin-refused']
    ])

    table('takes changes only from a page of ours or, where Node-RED has users, from a program with a token', [
        ['POST', { host, ...json }, 'origin-refused'],
        ['POST', { host, ...json }, 'origin-refused', adminAuth],
        ['DELETE', { host, ...json }, 'origin-refused'],
        ['POST', { host, ...json, authorization: 'Bearer abc' }, 'passed', adminAuth],
        ['POST', { host, ...json, authorization: 'Bearer abc' }, 'origin-refused'],
        ['POST', { host, ...json, authorization: 'Basic abc' }, 'origin-refused', adminAuth],
        ['POST', { host, ...json, authorization: 'Bearer ' }, 'origin-refused', adminAuth],
        ['POST', { host, ...json, authorization: 'Bearer abc', origin: 'https://evil.example' }, 'origin-refused', adminAuth]
    ])

    table('takes no scheme for a page’s but those of pages', [
        ['POST', { host, ...json, origin: 'https://localhost:1880' }, 'passed'],
        ['POST', { host, ...json, origin: 'ftp://localhost:1880' }, 'origin-refused'],
        ['GET', { host, origin: 'ws://localhost:1880' }, 'origin-refused'],
        ['GET', { host: 'extension', origin: 'chrome-extension://extension' }, 'origin-refused'],
        ['GET', { origin: 'data:,x' }, 'origin-refused']
    ])

    it('refuses what has as many headers as Node.js keeps, since others may have been dropped', () => {
        const kept = (count: number, server: object = {}, method = 'GET') => {
            const rawHeaders = Array.from({ length: 2 * count }, () => 'x')
            const socket = { server } as unknown as Socket
            return verdict(method, { host, origin, ...json }, {}, '/state', { rawHeaders, socket })
        }
        should([kept(999), kept(1000), kept(1200), kept(1000, {}, 'POST')]).eql(['passed', 'headers-refused', 'headers-refused', 'headers-refused'])
        should([kept(19, { maxHeadersCount: 20 }), kept(20, { maxHeadersCount: 20 })]).eql(['passed', 'headers-refused'])
        for (const maxHeadersCount of [0, null, -1]) {
            should([kept(20, { maxHeadersCount }), kept(1000, { maxHeadersCount })]).eql(['passed', 'headers-refused'])
        }
    })

    table('takes changes only as JSON, which no form can send', [
        ['POST', { host, origin }, 'content-type-refused'],
        ['POST', { host, origin, 'content-type': 'text/plain' }, 'content-type-refused'],
        ['POST', { host, origin, 'content-type': 'application/x-www-form-urlencoded' }, 'content-type-refused'],
        ['POST', { host, origin, 'content-type': 'multipart/form-data; boundary=application/json' }, 'content-type-refused'],
        ['POST', { host, origin, 'content-type': 'text/plain; application/json' }, 'content-type-refused'],
        ['POST', { host, origin, 'content-type': 'application/jsonp' }, 'content-type-refused'],
        ['DELETE', { host, origin, 'content-type': 'text/plain' }, 'content-type-refused']
    ])

    const own = (name: string, rules?: Partial<GuardRules>): Case => ['GET', { host: name, origin: `http://${name}` }, 'passed', rules]
    const foreign = (name: string, rules?: Partial<GuardRules>): Case => ['GET', { host: name, origin: `http://${name}` }, 'host-refused', rules]

    table('without adminAuth trusts only names that no foreign page can have', [
        own('127.0.0.1:1880'), own('10.0.0.5'), own('[fe80::1]:1880'), own('edge-box'), own('edge-box:1880'), own('nodered.local:1880'), own('plc.lan'),
        own('nr.internal'), own('nr.home.arpa'), own('app.localhost:1880'),
        foreign('evil.example:1880'), foreign('evil.example'), foreign('127.0.0.1.evil.example:1880'), foreign('localhost.evil.example'),
        foreign('local.evil.example'), foreign('evil-local.example'), foreign('localhost.'), foreign('evil.example.'), foreign('1.2.3.4.nip.io'),
        ['GET', {}, 'host-refused'],
        ['GET', { host: '' }, 'host-refused'],
        ['GET', { host: 'evil.example@localhost' }, 'host-refused'],
        ['GET', { host: 'localhost/evil.example' }, 'host-refused'],
        ['GET', { host: 'localhost#evil.example' }, 'host-refused'],
        ['POST', { host: 'evil.example:1880', origin: 'http://evil.example:1880', ...json, 'sec-fetch-site': 'same-origin' }, 'host-refused']
    ])

    table('with adminAuth trusts any name, since every call needs the editor’s token', [
        own('nodered.example.com', adminAuth),
        ['POST', { host: 'nodered.example.com', origin: 'https://nodered.example.com', ...json }, 'passed', adminAuth],
        ['POST', { host: 'nodered.example.com', origin: 'https://evil.example', ...json }, 'origin-refused', adminAuth]
    ])

    table('trusts the names of the operator', [
        own('nodered.example.com:1880', { allowedHosts: ['NodeRed.Example.com'] }),
        own('nodered.example.com:1880', { allowedHosts: ['nodered.example.com:1880'] }),
        foreign('nodered.example.com:1881', { allowedHosts: ['nodered.example.com:1880'] }),
        foreign('evil.nodered.example.com', { allowedHosts: ['nodered.example.com'] })
    ])

    const proxied = { host: '127.0.0.1:1880', 'x-forwarded-host': 'nodered.example.com', origin: 'https://nodered.example.com', ...json }
    table('believes X-Forwarded-Host only where the operator has a proxy', [
        ['POST', proxied, 'origin-refused'],
        ['POST', proxied, 'origin-refused', adminAuth],
        ['POST', proxied, 'host-refused', { trustProxy: true }],
        ['POST', proxied, 'passed', { trustProxy: true, isOpen: false }],
        ['POST', proxied, 'passed', { trustProxy: true, allowedHosts: ['nodered.example.com'] }],
        ['POST', { ...proxied, 'x-forwarded-host': '10.0.0.1, nodered.example.com' }, 'passed', { trustProxy: true, isOpen: false }],
        ['POST', { ...proxied, 'x-forwarded-host': 'nodered.example.com, 10.0.0.1' }, 'origin-refused', { trustProxy: true, isOpen: false }],
        ['POST', { ...proxied, 'x-forwarded-host': 'nodered.example.com,' }, 'origin-refused', { trustProxy: true, isOpen: false }],
        ['POST', { ...proxied, origin: 'https://evil.example' }, 'origin-refused', { trustProxy: true, isOpen: false }],
        ['POST', { host, origin, ...json }, 'passed', { trustProxy: true }],
        ['GET', { host: 'evil.example', 'x-forwarded-host': 'localhost' }, 'host-refused']
    ])

    const forged = (name: string): Headers => ({ host: '127.0.0.1:1880', 'x-forwarded-host': name, origin: `http://${name.split(' ').at(-1)}`, ...json })
    table('without adminAuth believes a forwarded name only where the operator has named it, or it is the one that was asked', [
        ['POST', forged('6.6.6.6'), 'host-refused', { trustProxy: true }],
        ['POST', forged('[fe80::6]'), 'host-refused', { trustProxy: true }],
        ['POST', forged('attacker'), 'host-refused', { trustProxy: true }],
        ['POST', forged('localhost:1880'), 'host-refused', { trustProxy: true }],
        ['POST', forged('evil.local'), 'host-refused', { trustProxy: true }],
        ['GET', forged('6.6.6.6'), 'host-refused', { trustProxy: true }],
        ['POST', forged('nodered.example.com, 6.6.6.6'), 'host-refused', { trustProxy: true, allowedHosts: ['nodered.example.com'] }],
        ['POST', forged('6.6.6.6, nodered.example.com'), 'passed', { trustProxy: true, allowedHosts: ['nodered.example.com'] }],
        ['POST', forged('10.0.0.9'), 'passed', { trustProxy: true, allowedHosts: ['10.0.0.9'] }],
        ['POST', forged('127.0.0.1:1880'), 'passed', { trustProxy: true }],
        ['POST', { ...forged('evil.example'), host: 'evil.example' }, 'host-refused', { trustProxy: true }]
    ])

    it('lets FlowFuse lead a browser to the callback, there alone, and only under a trusted name', () => {
        const led = { host, 'sec-fetch-site': 'cross-site' }
        const callback = '/flowfuse-nr-tools/auth/callback'
        should(verdict('GET', led, {}, callback)).equal('passed')
        should(verdict('GET', { ...led, host: 'evil.example' }, {}, callback)).equal('host-refused')
        for (const path of ['/', '/state', `${callback}/`, `/x${callback}`, callback.toUpperCase(), '/sign-in/ticket']) {
            should(verdict('GET', led, {}, path)).equal('origin-refused', path)
        }
        should(verdict('POST', { ...led, ...json }, {}, callback)).equal('origin-refused')
    })

    it('quotes no more of a host than a name can have', () => {
        try {
            checkRequest({ method: 'GET', headers: { host: `${'x'.repeat(500)}.example` } }, open)
        } catch (error) {
            should(String((error as CodedError).params.host)).have.length(255)
            return
        }
        throw new Error('it was let through')
    })
})
