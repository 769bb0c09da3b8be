import should from 'should'
import { localSettings } from '../../src/snapshot/local-settings'
import { settingKeys, type SettingKey } from '../../src/snapshot/settings'

const localOf = (settings: Record<string, unknown>) => localSettings(key => settings[key])
const valuesOf = (settings: Record<string, unknown>) =>
    Object.fromEntries(localOf(settings).map(({ key, value, problem }) => [key, problem?.code ?? value]))
const allMethods = ['GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'DELETE']
const methods = (...on: string[]) => Object.fromEntries(allMethods.map(method => [method, on.includes(method)]))

describe('the settings of Node-RED', () => {
    it('are offered under FlowFuse’s names where they are set, and only then', () => {
        localOf({}).should.eql([])
        localOf({ httpAdminRoot: '/', nodesExcludes: [], externalModules: {}, editorTheme: { page: {}, header: { title: '' } } }).should.eql([])
        const all = {
            disableEditor: false,
            httpAdminRoot: '/admin/',
            ui: { path: 'ui' },
            timeZone: 'Europe/Berlin',
            debugMaxLength: 2000,
            apiMaxLength: '8MB',
            httpNodeCors: { origin: 'https://plant.example', methods: 'GET,PUT' },
            nodesExcludes: ['90-exec.js', '10-file.js'],
            externalModules: {
                palette: { allowInstall: false, denyList: ['node-red-contrib-x', '*', 'a@1.2.3'] },
                modules: { allowInstall: true, denyList: ['lodash@<4.0.0'] }
            },
            functionExternalModules: true,
            editorTheme: {
                tours: false, codeEditor: { lib: 'ace' }, theme: 'midnight-red', header: { title: 'Line 4' }, page: { title: 'Plant A – Line 4' },
                palette: { catalogues: ['https://catalogue.nodered.org/catalogue.json'] }
            }
        }
        valuesOf(all).should.eql({
            disableEditor: false,
            httpAdminRoot: '/admin',
            dashboardUI: '/ui',
            timeZone: 'Europe/Berlin',
            debugMaxLength: 2000,
            apiMaxLength: '8mb',
            httpNodeCORS: { enabled: true, origin: 'https://plant.example', ...methods('GET', 'PUT') },
            'palette.allowInstall': false,
            'palette.denyList': ['node-red-contrib-x', '*', 'a@1.2.3'],
            'palette.nodesExcludes': '90-exec.js,10-file.js',
            'palette.catalogue': ['https://catalogue.nodered.org/catalogue.json'],
            'modules.allowInstall': true,
            'modules.denyList': ['lodash@<4.0.0'],
            disableTours: true,
            codeEditor: 'ace',
            theme: 'midnight-red',
            'header.title': 'Line 4',
            'page.title': 'Plant A – Line 4'
        })
        localOf(all).map(({ key }) => key).should.eql([...settingKeys])
    })

    it('never include a password, a token, or what keeps people out', () => {
        const secrets = {
            httpNodeAuth: { user: 'u', pass: 'p4ss' }, httpStaticAuth: { pass: 'p4ss' }, adminAuth: { users: [{ password: 'p4ss' }] }, credentialSecret: 'p4ss',
            https: { key: 'p4ss' }, palette: { npmrc: 'p4ss' }, localAuth: { pass: 'p4ss' }, emailAlerts: { crash: true }, editorTheme: { header: { url: 'p4ss' } }
        }
        localOf(secrets).should.eql([])
        settingKeys.filter(key => /auth|npmrc|pass|secret|email|url/i.test(key)).should.eql([])
    })

    const unfit: Array<[string, Record<string, unknown>, SettingKey, string]> = [
        ['a size as a number', { apiMaxLength: 5242880 }, 'apiMaxLength', 'setting-size-unfit'],
        ['a size in bytes', { apiMaxLength: '5242880' }, 'apiMaxLength', 'setting-size-unfit'],
        ['a size with a point', { apiMaxLength: '1.5mb' }, 'apiMaxLength', 'setting-size-unfit'],
        ['a size in gigabytes', { apiMaxLength: '1gb' }, 'apiMaxLength', 'setting-size-unfit'],
        ['a size with more behind it', { apiMaxLength: '5mb\n' }, 'apiMaxLength', 'setting-size-unfit'],
        ['an editor without a path', { httpAdminRoot: false }, 'httpAdminRoot', 'setting-unfit'],
        ['a path with a dot', { httpAdminRoot: '/red.v2' }, 'httpAdminRoot', 'setting-unfit'],
        ['a path that ends a text', { ui: { path: "ui', x: '" } }, 'dashboardUI', 'setting-unfit'],
        ['a time zone that there is not', { timeZone: 'Plant/Line4' }, 'timeZone', 'setting-unfit'],
        ['half a message', { debugMaxLength: 0.5 }, 'debugMaxLength', 'setting-unfit'],
        ['no message', { debugMaxLength: -1 }, 'debugMaxLength', 'setting-unfit'],
        ['an unknown code editor', { editorTheme: { codeEditor: { lib: 'vim' } } }, 'codeEditor', 'setting-unfit'],
        ['a theme that ends a text', { editorTheme: { theme: "x', y: '" } }, 'theme', 'setting-unfit'],
        ['a title that ends a text', { editorTheme: { header: { title: "Plant's" } } }, 'header.title', 'setting-unfit'],
        ['a title of two lines', { editorTheme: { page: { title: 'a\nb' } } }, 'page.title', 'setting-unfit'],
        ['a switch that is none', { disableEditor: 'yes' }, 'disableEditor', 'setting-unfit'],
        ['a switch of two that is none', { externalModules: { modules: { allowInstall: true } }, functionExternalModules: 'x' }, 'modules.allowInstall', 'setting-unfit'],
        ['a module that is no name', { externalModules: { palette: { denyList: ['a b'] } } }, 'palette.denyList', 'setting-unfit'],
        ['a range that FlowFuse does not know', { externalModules: { modules: { denyList: ['a@1.x'] } } }, 'modules.denyList', 'setting-unfit'],
        ['a list that is none', { externalModules: { palette: { denyList: 'a' } } }, 'palette.denyList', 'setting-unfit'],
        ['a file that is none', { nodesExcludes: ['../x.js'] }, 'palette.nodesExcludes', 'setting-unfit'],
        ['a catalogue with a password', { editorTheme: { palette: { catalogues: ['https://u:p4ss@plant.example/c.json'] } } }, 'palette.catalogue', 'setting-secret'],
        ['a catalogue with a token', { editorTheme: { palette: { catalogues: ['https://plant.example/c.json?t=p4ss'] } } }, 'palette.catalogue', 'setting-secret'],
        ['a title with a token', { editorTheme: { page: { title: 'see https://plant.example/?t=p4ss' } } }, 'page.title', 'setting-secret'],
        ['CORS for a page with a password', { httpNodeCors: { origin: 'https://u:p4ss@plant.example' } }, 'httpNodeCORS', 'setting-secret'],
        ['CORS for two origins', { httpNodeCors: { origin: ['a', 'b'] } }, 'httpNodeCORS', 'setting-cors-unfit'],
        ['CORS with more than origin and methods', { httpNodeCors: { origin: '*', credentials: true } }, 'httpNodeCORS', 'setting-cors-unfit'],
        ['CORS with an odd method', { httpNodeCors: { methods: ['GET', 'PURGE'] } }, 'httpNodeCORS', 'setting-cors-unfit'],
        ['CORS by a function', { httpNodeCors: () => undefined }, 'httpNodeCORS', 'setting-cors-unfit']
    ]
    for (const [name, settings, key, code] of unfit) {
        it(`are named and left out where a restore would fail or something else would arrive: ${name}`, () => {
            localOf(settings).should.eql([{ key, value: null, problem: { code, params: {} } }])
        })
    }

    it('give complete CORS, as a restore demands', () => {
        const all = methods(...allMethods)
        valuesOf({ httpNodeCors: {} }).should.eql({ httpNodeCORS: { enabled: true, origin: '*', ...all } })
        valuesOf({ httpNodeCors: { methods: ['get', 'OPTIONS'] } }).should.eql({ httpNodeCORS: { enabled: true, origin: '*', ...methods('GET') } })
    })

    it('let function nodes install modules only where both switches do', () => {
        const allowed = (own: unknown, modules: unknown) =>
            valuesOf({ functionExternalModules: own, externalModules: { modules: { allowInstall: modules } } })['modules.allowInstall']
        should([allowed(undefined, undefined), allowed(true, undefined), allowed(undefined, false), allowed(true, false), allowed(false, true)])
            .eql([undefined, true, false, false, false])
    })
})
