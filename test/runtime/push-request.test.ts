import should from 'should'
import { parsePushRequest } from '../../src/runtime/push-request'
import { CodedError, type ErrorAnswer } from '../../src/shared/errors'
import { limits } from '../../src/shared/limits'

const sound = { instanceId: '0b5c7f6e-1111-4222-8333-944445555666', name: ' v1.5 ', description: ' about \n', variables: { rule: 'keep' }, restore: null }

function refusal (body: unknown): ErrorAnswer | string {
    try {
        return `taken: ${JSON.stringify(parsePushRequest(body))}`
    } catch (error) {
        return error instanceof CodedError ? error.toAnswer() : String(error)
    }
}

describe('a push request', () => {
    it('is taken without the white space around its texts', () => {
        should(parsePushRequest(sound)).eql({ ...sound, name: 'v1.5', description: 'about', addModules: [], settings: [], deviceTarget: null })
    })

    it('names each ticked variable once, and what to do before a restore', () => {
        const { variables, restore } = parsePushRequest({ ...sound, variables: { rule: 'mine', names: ['A', 'B', 'A'] }, restore: { captureBefore: false, more: 1 } })
        should(variables).eql({ rule: 'mine', names: ['A', 'B'], keysOnly: [], hidden: [] })
        should(restore).eql({ captureBefore: false })
    })

    it('counts the characters of a name as people do', () => {
        const longest = '😀'.repeat(limits.nameLength)
        should(parsePushRequest({ ...sound, name: longest }).name).equal(longest)
        should(refusal({ ...sound, name: `${longest}x` })).eql({ code: 'name-too-long', params: { length: limits.nameLength + 1, max: limits.nameLength } })
    })

    it('takes no name that makes FlowFuse delete the snapshot, but takes similar ones', () => {
        should(refusal({ ...sound, name: 'Auto Snapshot - 2026-01-02 03:04:05' })).eql({ code: 'name-automatic', params: {} })
        should(refusal({ ...sound, name: ' Auto Snapshot - 2026-01-02 03:04:05 ' })).eql({ code: 'name-automatic', params: {} })
        should(parsePushRequest({ ...sound, name: 'Auto Snapshot - 2026-01-02 03:04:05 b' }).name).endWith('b')
    })

    it('takes no name with a character that nobody sees and that changes how it reads, but letters of every script', () => {
        for (const code of [0x0A, 0x7F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0xD800]) {
            const name = `v1${String.fromCharCode(code)}gnp.exe`
            should(refusal({ ...sound, name })).eql({ code: 'name-unusable', params: {} }, code.toString(16))
        }
        for (const name of ['קו 4', 'خط ٤', '👩‍🔧 Füllstand', 'a\u2065b']) {
            should(parsePushRequest({ ...sound, name }).name).equal(name)
        }
    })

    const field = (name: string) => ({ code: 'body-invalid', params: { field: name } })
    const cases: Array<[string, unknown, object]> = [
        ['nothing', undefined, field('body')],
        ['a Node-RED that no device could install', { ...sound, deviceTarget: { nodeRed: 'latest' } }, field('deviceTarget')],
        ['half a consent', { ...sound, deviceTarget: { nodeRed: '4.1.0', majorStep: 'yes' } }, field('deviceTarget')],
        ['a text', 'push!', field('body')],
        ['a list', [], field('body')],
        ['no instance', { ...sound, instanceId: undefined }, { code: 'id-invalid', params: {} }],
        ['an instance elsewhere', { ...sound, instanceId: '../teams' }, { code: 'id-invalid', params: {} }],
        ['an instance that is no text', { ...sound, instanceId: { length: 1 } }, { code: 'id-invalid', params: {} }],
        ['an endless instance', { ...sound, instanceId: 'x'.repeat(65) }, { code: 'id-invalid', params: {} }],
        ['no name', { ...sound, name: undefined }, field('name')],
        ['an empty name', { ...sound, name: ' \n' }, { code: 'name-empty', params: {} }],
        ['no description', { ...sound, description: null }, field('description')],
        ['an endless description', { ...sound, description: 'x'.repeat(limits.descriptionLength + 1) }, {
            code: 'description-too-long', params: { length: limits.descriptionLength + 1, max: limits.descriptionLength }
        }],
        ['no rule for variables', { ...sound, variables: undefined }, field('body')],
        ['an unknown rule', { ...sound, variables: { rule: 'all', names: [] } }, field('variables')],
        ['no names', { ...sound, variables: { rule: 'mine' } }, field('variables')],
        ['names that are none', { ...sound, variables: { rule: 'mine', names: ['A', 5] } }, field('variables')],
        ['too many names', { ...sound, variables: { rule: 'mine', names: Array.from({ length: limits.namesPerRequest + 1 }, String) } }, field('variables')],
        ['settings that are none', { ...sound, settings: { theme: 'x' } }, field('settings')],
        ['no word about a restore', { ...sound, restore: undefined }, field('body')],
        ['half a word about it', { ...sound, restore: {} }, field('restore')],
        ['a doubtful word about it', { ...sound, restore: { captureBefore: 'false' } }, field('restore')]
    ]
    for (const [name, body, expected] of cases) {
        it(`is refused with ${name}`, () => {
            should(refusal(body)).eql(expected)
        })
    }
})
