import 'should'
import { fitsVersion, isModuleAllowed } from '../../src/snapshot/module-rules'

describe('the lists of settings.js', () => {
    const may = (palette: object, name = 'node-red-node-random', version = '1.2.0', isUpdate = false) => isModuleAllowed(palette, name, version, isUpdate)

    it('allow everything when there are none', () => {
        may({}).should.be.true()
    })

    it('refuse what an allow list does not have, and allow the rest without a deny list', () => {
        may({ allowList: ['node-red-*'] }).should.be.true()
        may({ allowList: ['other'] }).should.be.false()
        may({ allowList: ['other'], denyList: [] }).should.be.true()
    })

    it('let the more specific rule win', () => {
        may({ allowList: ['node-red-node-random'], denyList: ['node-red-*'] }).should.be.true()
        may({ allowList: ['node-red-*'], denyList: ['node-red-node-*'] }).should.be.false()
    })

    it('count a rule with a version only for that version', () => {
        may({ denyList: ['node-red-node-random@1.x'] }).should.be.false()
        may({ denyList: ['node-red-node-random@2.x'] }).should.be.true()
    })

    it('have their own say on another version of what is there', () => {
        may({ allowUpdate: false }).should.be.true()
        may({ allowUpdate: false }, undefined, undefined, true).should.be.false()
        may({ denyUpdateList: ['node-red-node-random'] }, undefined, undefined, true).should.be.false()
        may({ denyUpdateList: ['node-red-node-random'] }).should.be.true()
    })
})

describe('an installed version', () => {
    it('fits itself and the ranges that have it', () => {
        fitsVersion('1.2.3', '1.2.3').should.be.true()
        fitsVersion('1.2.3', '~1.2.0').should.be.true()
        fitsVersion('1.2.3', '1.2.4').should.be.false()
        fitsVersion('', '*').should.be.false()
    })
})
