import should from 'should'
import { connectionErrorCode, FlowFuseError, isLost, platformMessage } from '../../src/flowfuse/errors'

describe('a failed connection', () => {
    it('is named by what Node.js says of it', () => {
        const codes: Record<string, string> = {
            ECONNREFUSED: 'server-refused-connection',
            ENOTFOUND: 'server-name-unknown',
            EAI_AGAIN: 'server-name-unknown',
            ETIMEDOUT: 'server-timeout',
            ERR_CANCELED: 'server-timeout',
            ECONNRESET: 'server-cut',
            EPIPE: 'server-cut',
            DEPTH_ZERO_SELF_SIGNED_CERT: 'server-tls',
            SELF_SIGNED_CERT_IN_CHAIN: 'server-tls',
            UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'server-tls',
            CERT_HAS_EXPIRED: 'server-tls',
            ERR_TLS_CERT_ALTNAME_INVALID: 'server-tls',
            EPROTO: 'server-tls',
            HPE_INVALID_CONSTANT: 'server-not-flowfuse',
            EHOSTUNREACH: 'server-unreachable',
            '': 'server-unreachable'
        }
        Object.entries(codes).forEach(([node, code]) => should(connectionErrorCode(node)).equal(code, node))
    })
})

describe('the platform’s own words', () => {
    it('are the first text that is there, and no more than fits a sentence', () => {
        should(platformMessage({ error: 'c', description: 'b', message: 'a' })).equal('a')
        should(platformMessage({ error: 'c', description: 'b', message: '' })).equal('b')
        should(platformMessage({ error: 'c', message: { odd: true } })).equal('c')
        should(platformMessage({ message: 'x'.repeat(1000) })).have.length(500)
        ;[null, undefined, 'text', [], {}].forEach(body => should(platformMessage(body)).equal(''))
    })
})

describe('the outcome of a call', () => {
    const error = (platformStatus: number | undefined, mayHaveArrived = true) => new FlowFuseError('server-error', {}, { platformStatus, mayHaveArrived })

    it('is unknown when a gateway or nobody answered, or a success can’t be read', () => {
        ;[undefined, 502, 503, 504, 200, 201].forEach(status => should(isLost(error(status))).be.true())
    })

    it('is known when the platform refused or never had the whole request', () => {
        ;[301, 400, 401, 403, 404, 409, 413, 429, 500].forEach(status => should(isLost(error(status))).be.false())
        should(isLost(error(undefined, false))).be.false()
    })

    it('stays known under a more telling code', () => {
        const renamed = error(502, false).as('push-cut-short', { size: '5 MB' })
        should(renamed).containEql({ code: 'push-cut-short', platformStatus: 502, mayHaveArrived: false })
    })
})
