import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import { getUser, isReadOnly } from '../../src/flowfuse/account'
import {
    automaticOf, captureDevice, getDeviceState, platformSnapshots, setAutomatic, statesOfApplication, statesOfInstance, statesPage, targetDevice
} from '../../src/flowfuse/device-states'
import { countDevices, getDeviceTarget, getVisibleDeviceTarget, setDeviceTarget } from '../../src/flowfuse/device-targets'
import { getDevice, listDevices } from '../../src/flowfuse/devices'
import { readLists, readPalette, writePalette, writeVariables } from '../../src/flowfuse/instance-settings'
import { deleteOwnedSnapshot, editSnapshot, getInstanceSnapshot, getOwnedSnapshot } from '../../src/flowfuse/instance-snapshots'
import { getInstance, restartInstance, restoreSnapshot } from '../../src/flowfuse/instances'
import { exchangeCode, refreshTokens } from '../../src/flowfuse/oauth'
import { findPlatform } from '../../src/flowfuse/platform'
import { devicesOfInstance, devicesOfTeam } from '../../src/flowfuse/reached-devices'
import { tokenSession, type Session } from '../../src/flowfuse/session'
import {
    applicationSnapshotPage, createSnapshot, deviceSnapshotPage, exportSnapshot, exportVariables, fullSnapshot, importSnapshot, listSnapshots,
    namedNodeRed, newestSnapshots, snapshotPage
} from '../../src/flowfuse/snapshots'
import { listApplications, listTeams } from '../../src/flowfuse/teams'
import { parseExport } from '../../src/snapshot/exported'
import { ownServer } from '../flowfuse/own-server'
import { outcome } from './outcome'

const body = { chunks: [Buffer.from('{}')], bytes: 2, secrets: () => null }
const named = { id: 'i', name: 'n' }
const tokens = { access_token: 'a', refresh_token: 'r', expires_in: 1800 }

/** Every call to the platform, by the name of its function. */
const calls: Record<string, (session: Session) => Promise<unknown>> = {
    getUser, listTeams,
    listApplications: session => listApplications(session, 'i'),
    getInstance: session => getInstance(session, 'i'),
    restoreSnapshot: session => restoreSnapshot(session, 'i', 's', 1000),
    restartInstance: session => restartInstance(session, 'i', 1000),
    listDevices: session => listDevices(session, 'i', async () => []),
    getDevice: session => getDevice(session, 'i'),
    getInstanceSnapshot: session => getInstanceSnapshot(session, 'i', 's'),
    getOwnedSnapshot: session => getOwnedSnapshot(session, { kind: 'device', id: 'i' }, 's'),
    editSnapshot: session => editSnapshot(session, 's', { name: 'n' }),
    deleteOwnedSnapshot: session => deleteOwnedSnapshot(session, { kind: 'instance', id: 'i' }, 's'),
    devicesOfInstance: session => devicesOfInstance(session, 'i'),
    devicesOfTeam: session => devicesOfTeam(session, 'i'),
    readLists: session => readLists(session, 'i'),
    readPalette: session => readPalette(session, 'i'),
    writeVariables: session => writeVariables(session, 'i', []),
    writePalette: session => writePalette(session, 'i', []),
    listSnapshots: session => listSnapshots(session, 'i', 1),
    snapshotPage: session => snapshotPage(session, 'i', 1, null),
    newestSnapshots: session => newestSnapshots(session, { kind: 'device', id: 'i' }, 1),
    deviceSnapshotPage: session => deviceSnapshotPage(session, 'i', 1, null),
    createSnapshot: session => createSnapshot(session, 'i', body),
    importSnapshot: session => importSnapshot(session, body),
    exportVariables: session => exportVariables(session, 'i', 's', 'secret'),
    exportSnapshot: async session => parseExport(String(await exportSnapshot(session, { kind: 'instance', id: 'i' }, 's', 'secret')), 'secret'),
    fullSnapshot: async session => parseExport(String(await fullSnapshot(session, 's')), 'secret'),
    namedNodeRed: session => namedNodeRed(session, 's'),
    applicationSnapshotPage: session => applicationSnapshotPage(session, 'i', 1, null),
    statesOfInstance: session => statesOfInstance(session, 'i'),
    statesOfApplication: session => statesOfApplication(session, { team: named, application: named }),
    statesPage: session => statesPage(session, { team: named, application: named, instance: named }, 'instance', null),
    getDeviceState: session => getDeviceState(session, 'i'),
    captureDevice: session => captureDevice(session, { id: 'i', name: 'n', owner: 'instance' }, { name: 'n', description: '' }),
    targetDevice: session => targetDevice(session, 'i', 's'),
    automaticOf: session => automaticOf(session, 'i'),
    setAutomatic: session => setAutomatic(session, 'i', true),
    countDevices: session => countDevices(session, 'i'),
    getDeviceTarget: session => getDeviceTarget(session, 'i'),
    getVisibleDeviceTarget: session => getVisibleDeviceTarget(session, 'i'),
    setDeviceTarget: session => setDeviceTarget(session, 'i', 's'),
    findPlatform: ({ origin }) => findPlatform(origin),
    exchangeCode: ({ origin }) => exchangeCode(origin, { code: 'c', verifier: 'v', redirectUri: 'http://localhost/' }),
    refreshTokens: ({ origin }) => refreshTokens(origin, 'r')
}

/** Those that fall back to “not known” in place of failing. */
const guesses = { isReadOnly, platformSnapshots: (session: Session) => platformSnapshots(session, 'i') }

/** Those that ask for nothing but that it was done, by a JSON answer: its status says so, and what was written is read back elsewhere. */
const done = ['editSnapshot', 'deleteOwnedSnapshot', 'writeVariables', 'writePalette', 'targetDevice', 'setAutomatic']

/** Those to which an empty object says that there is none. */
const none = ['getDeviceTarget', 'getVisibleDeviceTarget', 'namedNodeRed', 'automaticOf']

const page = '<!DOCTYPE html><html><body>Sign in</body></html>'

describe('Guarantee 1: no answer other than the JSON it should be is taken for success', () => {
    let answer: { type: string | null, text: string }
    let server: Awaited<ReturnType<typeof ownServer>>
    let session: Session

    before(async () => {
        server = await ownServer((_request, response) => {
            response.writeHead(200, answer.type === null ? {} : { 'content-type': answer.type })
            response.end(answer.text)
        })
        session = tokenSession(server.url, 'token')
    })
    after(() => server.stop())

    const refusesAll = async (names: string[]) => {
        const taken: string[] = []
        for (const name of names) {
            const became = await outcome(() => calls[name]?.(session))
            if (!['answer-unexpected', 'answer-hostile', 'server-not-flowfuse', 'pull-flows-missing', 'pull-shape-unknown'].includes(became)) {
                taken.push(`${name}: ${became}`)
            }
        }
        should(taken).eql([])
    }

    it('is looked at for every function that asks the platform', () => {
        const folder = join(__dirname, '../../src/flowfuse')
        const found = readdirSync(folder).flatMap(file => [...readFileSync(join(folder, file), 'utf8').matchAll(/export async function (\w+) \(\s*(?:session|origin): /g)].map(([, name]) => name))
        should([...Object.keys(calls), ...Object.keys(guesses), 'callPlatform'].sort()).eql(found.sort())
    })

    for (const [what, type, text] of [
        ['a web page', 'text/html; charset=utf-8', page], ['a web page that says it is JSON', 'application/json', page], ['JSON that says it is a text', 'text/plain', '{"id":"s","status":"okay"}'],
        ['nothing at all', null, ''], ['JSON of no type', null, '{}'], ['half of a JSON', 'application/json', '{"id": "s", "na']
    ] as const) {
        it(`${what} is none`, async () => {
            answer = { type, text }
            await refusesAll(Object.keys(calls))
        })
    }

    for (const text of ['null', '[]', '"ok"', '7']) {
        it(`${text} is none where an object should be`, async () => {
            answer = { type: 'application/json', text }
            await refusesAll(Object.keys(calls).filter(name => !done.includes(name)))
        })
    }

    it('an object without what was asked for is none', async () => {
        answer = { type: 'application/json', text: '{"message":"ok"}' }
        await refusesAll(Object.keys(calls).filter(name => !done.includes(name) && !none.includes(name)))
    })

    it('fields of another kind are none', async () => {
        const wrong = { id: 7, name: 7, username: 7, teams: {}, applications: {}, devices: {}, snapshots: {}, count: '3', settings: 7, modules: 7, ...tokens, access_token: 7, flows: 7, team: 7, info: 7, targetSnapshot: 7 }
        answer = { type: 'application/json', text: JSON.stringify(wrong) }
        await refusesAll(Object.keys(calls).filter(name => !done.includes(name) && !['namedNodeRed', 'automaticOf'].includes(name)))
    })

    it('entries of another kind are none in a list', async () => {
        const lists = ['listTeams', 'listApplications', 'listDevices', 'devicesOfInstance', 'devicesOfTeam', 'statesOfInstance', 'statesPage', 'listSnapshots',
            'snapshotPage', 'newestSnapshots', 'deviceSnapshotPage', 'applicationSnapshotPage', 'readLists', 'readPalette']
        for (const entry of [7, 'x', null, [], { id: 7, name: 'n', createdAt: 'now', projectId: 'p' }]) {
            const all = Object.fromEntries(['teams', 'applications', 'devices', 'snapshots'].map(key => [key, [entry]]))
            answer = { type: 'application/json', text: JSON.stringify({ ...all, settings: { env: [entry], palette: { modules: [entry] } } }) }
            // Lists of variables and modules have no ids.
            await refusesAll(lists.filter(name => typeof entry !== 'object' || entry === null || Array.isArray(entry) || !['readLists', 'readPalette'].includes(name)))
        }
    })

    it('another snapshot, device or instance than the one asked for is none', async () => {
        answer = { type: 'application/json', text: JSON.stringify({ id: 'another', name: 'n', createdAt: 'now', team: named, status: 'running', modules: {}, settings: { env: [], palette: { modules: [] } } }) }
        await refusesAll(['getOwnedSnapshot', 'getInstanceSnapshot', 'getDeviceState', 'readLists', 'readPalette'])
    })

    it('no sign-in comes of tokens that no header may carry, or that live for no time', async () => {
        for (const wrong of [{ access_token: 'a\nb' }, { refresh_token: '' }, { expires_in: 0 }, { expires_in: '1800' }, { expires_in: -1 }]) {
            answer = { type: 'application/json', text: JSON.stringify({ ...tokens, ...wrong }) }
            await refusesAll(['exchangeCode', 'refreshTokens'])
        }
    })

    it('an instance that does not tell its variables, or its palette to who sends it back, has not none', async () => {
        answer = { type: 'application/json', text: JSON.stringify({ ...named, settings: { palette: { modules: [] } } }) }
        await refusesAll(['readLists'])
        for (const settings of [undefined, {}, { env: [] }, { env: [], palette: {} }]) {
            answer = { type: 'application/json', text: JSON.stringify({ ...named, settings }) }
            await refusesAll(['readPalette'])
        }
    })

    it('where a guess would do, it claims nothing', async () => {
        answer = { type: 'text/html', text: page }
        should(await isReadOnly(session)).be.false()
        should((await guesses.platformSnapshots(session)).licensed).not.containDeep({ instance: true })
    })
})
