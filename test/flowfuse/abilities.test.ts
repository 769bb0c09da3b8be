import { readFileSync } from 'node:fs'
import should from 'should'
import { refusal, type Action, type SignInKind } from '../../src/shared/abilities'
import { leastRole, roles } from '../../src/shared/permissions'

/** What the platform was measured to answer for each action, by row of the recordings' matrix. */
const rows: Record<Action, string[]> = {
    listSnapshots: ['list-snapshots', 'list-device-snapshots'],
    listDevices: ['get-team-devices', 'get-application-devices', 'get-device'],
    listInstanceDevices: ['get-instance-devices'],
    readSnapshot: ['get-snapshot', 'get-snapshot-by-instance'],
    readContent: ['get-snapshot-full'],
    export: ['export', 'export-by-instance'],
    push: ['create'],
    // A capture of an instance is a create without flows.
    captureBefore: ['create'],
    capture: ['create'],
    restart: ['restart-instance'],
    setTargetOnPush: ['create-set-as-target'],
    setTarget: ['set-instance-target'],
    setDeviceTarget: ['set-device-target'],
    // The other row is 500 where it is permitted: there was no device to answer.
    captureDevice: ['device-live-snapshot-instance'],
    editDevice: ['put-device-settings'],
    restore: ['rollback'],
    editVariables: ['put-instance-env'],
    editPalette: ['put-instance-modules'],
    import: ['import-onto-instance', 'import-onto-device'],
    edit: ['edit'],
    delete: ['delete', 'delete-by-instance']
}

const people: Record<string, number> = { alice: roles.owner, bob: roles.member, carol: roles.viewer }
const kinds: Record<string, SignInKind> = { pat: 'token', oauth: 'oauth', 'readonly-pat': 'read-only-token' }

for (const version of ['2.4.0', '2.33.2']) {
    describe(`what a sign-in may do (${version})`, () => {
        const { matrix } = JSON.parse(readFileSync(`${__dirname}/../contract/flowfuse-${version}.json`, 'utf8')) as { matrix: Record<string, Record<string, string>> }

        for (const action of Object.keys(leastRole) as Action[]) {
            it(`${action}: what is said before is what the platform answers`, () => {
                let cells = 0
                for (const row of rows[action]) {
                    for (const [identity, answer] of Object.entries(matrix[row]!)) {
                        const [person = '', ...suffix] = identity.split('-')
                        const kind = kinds[suffix.join('-')]
                        const role = people[person]
                        if (kind === undefined || role === undefined) {
                            continue
                        }
                        const refused = refusal(action, { team: { name: 'Bottling Plant', role }, kind, version })
                        // Old platforms answer what they do not know with 200 and a web page.
                        should(refused === null).equal(answer === '200', `${row} as ${identity}: ${answer}, but ${JSON.stringify(refused)}`)
                        cells++
                    }
                }
                should(cells).be.aboveOrEqual(6 * rows[action].length)
            })
        }
    })
}

describe('why a sign-in may not', () => {
    const why = (action: Action, role: number, kind: SignInKind, version: string | null = '2.33.2') =>
        refusal(action, { team: { name: 'Plant', role }, kind, version })

    it('is the version first, since nobody can do anything about the rest then', () => {
        should(why('import', roles.viewer, 'oauth', '2.4.0')).eql({ code: 'needs-version', params: { version: '2.4.0', needed: '2.5.0' } })
        should(why('edit', roles.owner, 'token', '2.6.9')).containEql({ code: 'needs-version' })
        should(why('edit', roles.owner, 'token', '2.7.0-rc.1')).be.null()
        should(why('edit', roles.owner, 'token', '10.0.0')).be.null()
        should(why('import', roles.owner, 'token', null)).be.null()
    })

    it('is the role before the token, which would not help', () => {
        should(why('restore', roles.viewer, 'oauth')).eql({ code: 'role-too-low', params: { team: 'Plant', role: 'viewer', needed: 'member' } })
        should(why('push', 20, 'token')).containEql({ params: { team: 'Plant', role: '20', needed: 'member' } })
    })

    it('is a token that is missing, or that may only read', () => {
        should(why('restore', roles.owner, 'oauth')).eql({ code: 'needs-token', params: {} })
        should(why('push', roles.owner, 'read-only-token')).eql({ code: 'needs-full-token', params: {} })
        should(why('restore', roles.admin, 'token')).be.null()
    })
})
