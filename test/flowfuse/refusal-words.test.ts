import should from 'should'
import { secretsIn, withoutSecrets } from '../../src/flowfuse/refusal-words'

describe('the words of a refusal', () => {
    const token = 'ffpat_0123456789abcdef'

    it('say nothing of a token or credential that was sent, however it is written', () => {
        const credentials = { n1: { password: 'p"ä ss/word', pin: 4711 } }
        const words = `Bearer ${token} may not send {"password":"p\\"ä ss/word","pin":4711} or ${encodeURIComponent('p"ä ss/word')}`
        should(withoutSecrets(words, [token, credentials])).equal('Bearer … may not send {"password":"…","pin":…} or …')
    })

    it('say nothing of one that was cut short', () => {
        should(withoutSecrets(`Not a token: ${token.slice(0, 12)}… or ${token.slice(0, 9)}`, [token])).equal('Not a token: …… or …')
    })

    it('are told also where what was sent is half a character, which no address can have', () => {
        should(withoutSecrets('may not send half\uD800 of it', ['half\uD800'])).equal('may not send … of it')
    })

    it('stay as they are otherwise', () => {
        const words = 'body must have required property “name”: a, 1'
        should(withoutSecrets(words, [null, token, { n1: { short: 'a', number: 1 } }])).equal(words)
    })

    it('say nothing of a credential or a variable that is called “name” either', () => {
        const words = 'user-of-line-4, secret-of-line-4 and value-of-line-4 are refused'
        const env = { name: 'value-of-line-4' }
        should(withoutSecrets(words, [{ n1: { name: 'user-of-line-4', list: [{ name: 'secret-of-line-4' }] } }, env])).equal('…, … and … are refused')
        should(secretsIn({ credentials: { n1: { env: [{ name: 'secret-of-line-4' }] } }, env })).eql(['secret-of-line-4', 'value-of-line-4'])
    })

    it('may name the variables, never their values', () => {
        const body = { settings: { env: [{ name: 'LINE', value: 'line-4', hidden: true }], palette: { modules: [{ name: 'a-module' }] } } }
        should(withoutSecrets('LINE is line-4, a-module', secretsIn(body))).equal('LINE is …, a-module')
        should(secretsIn({ credentialSecret: 'once', name: 'v1' })).eql(['once'])
        should(secretsIn({ grant_type: 'refresh_token', refresh_token: 'r', code: 'c', code_verifier: 'v' })).eql(['r', 'c', 'v'])
        should(secretsIn(undefined)).eql([])
    })
})
