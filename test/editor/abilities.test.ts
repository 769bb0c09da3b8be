import 'should'
import { abilityGroups, tokenHelps } from '../../src/editor/abilities'
import { abilitiesOf, offeredActions } from '../../src/shared/abilities'

const groups = (kind: 'token' | 'oauth' | 'read-only-token', role: number, version = '2.33.2') =>
    abilityGroups(abilitiesOf({ team: { name: 'Plant', role }, kind, version }))

describe('what a sign-in may do, as the panel lists it', () => {
    it('has no reason where everything is permitted', () => {
        const { permitted, off } = groups('token', 50)
        permitted.should.eql(offeredActions)
        off.should.eql([])
    })

    it('gives each reason once, with all that is off for it', () => {
        const { permitted, off } = groups('oauth', 50)
        permitted.should.eql(['listSnapshots', 'push', 'setTargetOnPush', 'capture', 'captureDevice'])
        const actions = [
            'export', 'restore', 'setTarget', 'edit', 'delete', 'editVariables', 'editPalette', 'import', 'listDevices', 'setDeviceTarget', 'editDevice'
        ]
        off.should.eql([{ refused: { code: 'needs-token', params: {} }, actions }])
    })

    it('keeps apart what needs another role, or another version', () => {
        const { off } = groups('token', 10, '2.4.0')
        off.map(({ refused, actions }) => [refused.code, refused.params.needed, actions]).should.eql([
            ['role-too-low', 'member', ['export', 'push', 'setTargetOnPush', 'capture', 'restore', 'setTarget', 'editVariables', 'captureDevice', 'editDevice']],
            ['needs-version', '2.7.0', ['edit']],
            ['role-too-low', 'owner', ['delete', 'editPalette', 'setDeviceTarget']],
            ['needs-version', '2.5.0', ['import']]
        ])
    })

    it('leads to a token only where one helps', () => {
        tokenHelps({ code: 'needs-token', params: {} }).should.be.true()
        tokenHelps({ code: 'needs-full-token', params: {} }).should.be.true()
        tokenHelps({ code: 'role-too-low', params: {} }).should.be.false()
        tokenHelps({ code: 'needs-version', params: {} }).should.be.false()
    })
})
