import should from 'should'
import { isLocked, nestedSettings, settingAt, settingText } from '../../src/snapshot/settings'

describe('FlowFuse’s settings', () => {
    it('are nested from ticked ones, and hold nothing else', () => {
        nestedSettings([]).should.eql({})
        nestedSettings([
            { key: 'palette.allowInstall', value: false }, { key: 'theme', value: 'x' }, { key: 'palette.denyList', value: ['a'] }
        ]).should.eql({ palette: { allowInstall: false, denyList: ['a'] }, theme: 'x' })
    })

    it('are read back by their dotted name', () => {
        should(settingAt({ palette: { allowInstall: false } }, 'palette.allowInstall')).be.false()
        should(settingAt({ palette: 'x' }, 'palette.allowInstall')).be.undefined()
        should(settingAt(null, 'theme')).be.undefined()
    })

    it('are locked as the policy says, and where it says nothing as FlowFuse’s own is', () => {
        should(isLocked({ theme: false }, 'theme')).be.true()
        should(isLocked({}, 'theme')).be.false()
        should(isLocked(undefined, 'palette.denyList')).be.true()
        should(isLocked({ palette: { denyList: true } }, 'palette.denyList')).be.false()
    })

    it('are shown as text, and not at all where they may hold a password', () => {
        should(settingText(true)).be.true()
        should(settingText(1000)).equal('1000')
        should(settingText(['a', 'b'])).equal('a, b')
        const secrets = [
            'https://u:p4ss@plant.example/', 'see HTTPS://p4ss@plant.example', '//u:p4ss@plant.example/x', 'u:p4ss@plant.example', 'https://plant.example/c.json?p4ss',
            '/c.json?token=p4ss', 'https://plant.example/#access_token=p4ss'
        ]
        for (const secret of secrets) {
            const shown = [settingText(secret), settingText(['a', secret]), settingText({ enabled: true, origin: secret, GET: true })]
            should(shown).eql([null, null, null], secret)
        }
        for (const endless of ['//', 'a:', '?', '#&', 'a@b:']) {
            const before = process.cpuUsage()
            settingText(endless.repeat(200_000))
            // Microseconds of this process: others may be busy meanwhile.
            should(process.cpuUsage(before).user).be.below(2_000_000, endless)
        }
        for (const plain of ['', 'Line 4 – what now? (a & b)', '5mb', '/admin', 'https://plant.example/c.json', 'Europe/Berlin', 'a@1.2.3', '@plant/x', 'A: b @ c']) {
            should(settingText(plain)).equal(plain)
        }
        should(settingText({ enabled: true, origin: '*', GET: true, PUT: true, POST: false })).equal('* (GET, PUT)')
        should(settingText({ enabled: false, origin: '*' })).be.false()
        should([settingText(undefined), settingText(null), settingText({ pass: 'x' }), settingText([5])]).eql([null, null, null, null])
    })
})
