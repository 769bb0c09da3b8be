import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { askChild } from '../bench/messages'
import { fewFlows, plantFlows } from '../node-red/flow-sets'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { filesHolding, LocalWorld, opened, type Files } from '../node-red/local-world'

const root = join(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'kill-points-'))
const running = new Set<LocalNodeRed>()
const atOnce = 3

/** Of Node-RED's own nodes only those that the flows have: a start takes half as long. */
const used = /junction|inject|debug|function|httprequest|tls|global-config|unknown|subflow/
const excluded = readdirSync(join(root, 'node_modules/@node-red/nodes/core'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.js') && !used.test(file)).map(file => file.replace(/.*[\\/]/, ''))
const settings = `'flowfuse-snapshots': { localAuto: false }, nodesExcludes: ${JSON.stringify(excluded)}`

const variablesOf = (line: string) => ({ variables: [{ name: 'LINE', hidden: false, value: line }, { name: 'PIN', hidden: true, value: `canary-${line}` }] })

/** What is stored: both files, and the kept variables in clear. */
interface State { files: Files, variables: string }

interface Case {
    /** A user folder from which every try starts. */
    userDir: string
    before: State
    after: State
    act (world: LocalWorld): Promise<unknown>
}

async function start (userDir: string, killing: { below: string, at?: number } | null): Promise<LocalWorld> {
    const nodeRed = await startNodeRed({
        userDir,
        settings,
        ...(killing && {
            nodeArguments: ['--require', join(__dirname, '../node-red/kill-point.cjs')],
            environment: { KILL_BELOW: killing.below, KILL_NOTE: `${userDir}.note`, ...(killing.at !== undefined && { KILL_AT: String(killing.at) }) }
        })
    })
    running.add(nodeRed)
    return new LocalWorld(nodeRed)
}

async function stop ({ nodeRed }: LocalWorld): Promise<void> {
    await nodeRed.stop()
    running.delete(nodeRed)
}

async function stateOf (world: LocalWorld): Promise<State> {
    const { text } = await world.ask<{ text: string }>('POST', 'flowfuse-snapshots/variables/export')
    return { files: world.files(), variables: text }
}

/** A copy that a try may spoil. */
function copyOf (userDir: string, name: string): string {
    const copy = join(folder, name)
    rmSync(copy, { recursive: true, force: true })
    cpSync(userDir, copy, { recursive: true, verbatimSymlinks: true })
    return copy
}

/** `old` is equal to the byte; `new` has the snapshot's flows to the byte and each of its credentials. */
function which (state: State, { before, after }: Case): string {
    const isOld = JSON.stringify(state) === JSON.stringify(before)
    const isNew = state.files.flows === after.files.flows && state.variables === after.variables &&
        JSON.stringify(opened(state.files)) === JSON.stringify(opened(after.files))
    return isOld ? 'old' : isNew ? 'new' : `neither: ${JSON.stringify(state)}`
}

/** All points that the work passes, in the order of one run. */
async function pointsOf (tried: Case): Promise<string[]> {
    const userDir = copyOf(tried.userDir, 'all-points')
    const world = await start(userDir, { below: userDir })
    await askChild(world.nodeRed.process, { from: null }, 'counting')
    const points = await toTheEnd(tried, world)
    which(await stateOf(world), tried).should.equal('new')
    await stop(world)
    return points
}

/** The flows start while the work ends: that belongs to it here. @returns all points passed */
async function toTheEnd (tried: Case, world: LocalWorld): Promise<string[]> {
    await tried.act(world)
    return (await askChild<{ points: string[] }>(world.nodeRed.process, { until: 'event runtime-deploy' }, 'points')).points
}

/** @returns the point at which it died, or null when it came through to its end before */
async function killAt (tried: Case, points: string[], index: number): Promise<{ userDir: string, point: string | null }> {
    const point = points[index]!
    const nth = points.slice(0, index + 1).filter(passed => passed === point).length
    const userDir = copyOf(tried.userDir, `killed-${index}`)
    rmSync(`${userDir}.note`, { force: true })
    const world = await start(userDir, { below: userDir })
    const ended = new Promise<string | null>(resolve => world.nodeRed.process.once('exit', (_code, signal) => resolve(signal)))
    await askChild(world.nodeRed.process, { from: { point, nth } }, 'counting')
    const acted = toTheEnd(tried, world).then(() => 'done', () => 'cut')
    const outcome = await Promise.race([ended, acted.then(async said => said === 'done' ? said : await ended)])
    await stop(world)
    return { userDir, point: outcome === 'SIGKILL' ? readFileSync(`${userDir}.note`, 'utf8') : null }
}

function nothingInClear (userDir: string): void {
    for (const secret of ['canary-password', 'canary-tab', 'canary-cert', 'canary-other', 'canary-added', 'canary-old', 'canary-new']) {
        filesHolding(userDir, secret).should.eql([])
    }
}

interface Row { point: string, state: string, notice: string | null }

/** Kills at one point, and lets the next start put things right. @returns null when the work came through before */
async function tryOne (tried: Case, points: string[], index: number): Promise<Row | null> {
    const { userDir, point } = await killAt(tried, points, index)
    if (point === null) return null
    nothingInClear(userDir)
    const again = await start(userDir, null)
    const state = await stateOf(again)
    const { notice } = await again.list()
    should(JSON.stringify((await again.running()).flows)).equal(state.files.flows)
    await stop(again)
    nothingInClear(userDir)
    rmSync(userDir, { recursive: true })
    return { point, state: which(state, tried), notice: notice?.outcome ?? null }
}

/** Kills at every point, a few at a time. @returns what came of each */
async function tryAll (tried: Case): Promise<Row[]> {
    const points = await pointsOf(tried)
    points.length.should.be.above(20)
    const table: Array<Row | null> = []
    let next = 0
    const work = async () => {
        while (next < points.length) {
            const at = next++
            table[at] = await tryOne(tried, points, at)
        }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    const rows = table.filter(row => row !== null)
    // Of a file that is written piece by piece there may be one piece more or less.
    rows.length.should.be.above(points.length - 3)
    return rows
}

const unsound = (table: Row[]) => table.filter(({ state }) => state !== 'old' && state !== 'new')
const reached = (table: Array<{ point: string }>, pattern: RegExp) => table.some(({ point }) => pattern.test(point))

describe('a Node-RED that is killed while flows are being replaced', function () {
    this.timeout(15 * 60_000)
    let restoring: Case
    let undoing: Case

    before(async () => {
        existsSync(join(root, 'dist/plugin.js')).should.be.true('there is no built plugin: npm run build')
        const userDir = join(folder, 'prepared')
        const world = await start(userDir, null)
        await world.ask('PUT', 'flowfuse-snapshots/variables', variablesOf('new'))
        await world.deploy(plantFlows())
        const after = await stateOf(world)
        const { id } = await world.keep('v1')
        await world.ask('PUT', 'flowfuse-snapshots/variables', variablesOf('old'))
        await world.deploy(fewFlows())
        const before = await stateOf(world)
        await stop(world)
        const act = async (running: LocalWorld) => { (await running.restore(id)).state.should.equal('done') }
        restoring = { userDir, before, after, act }

        const restored = join(folder, 'restored')
        cpSync(userDir, restored, { recursive: true, verbatimSymlinks: true })
        const second = await start(restored, null)
        await act(second)
        const now = await stateOf(second)
        await stop(second)
        undoing = { userDir: restored, before: now, after: before, act: async running => { (await running.undo()).state.should.equal('done') } }
    })

    after(async () => {
        await Promise.all([...running].map(nodeRed => nodeRed.stop()))
        rmSync(folder, { recursive: true, force: true })
    })

    it('has the old state or the restored one at its next start, wherever a restore was cut', async () => {
        const table = await tryAll(restoring)
        unsound(table).should.eql([])
        for (const pattern of [/open .*journal/, /link .*journal|rename .*journal/, /variables/, /(write|writev) flows_cred\.json/, /rename flows_cred\.json/, /rename flows\.json/, /event flows:starting/, /rename .*journal\.json/]) {
            reached(table, pattern).should.be.true(`no kill at ${pattern}`)
        }
        // Between Node-RED's two files it is neither, until the start has put it back.
        const between = table.filter(({ point }) => /(open|write|fsync|rename) flows\.json/.test(point))
        between.length.should.be.above(2)
        between.forEach(({ state, notice }) => [state, notice].should.eql(['old', 'rolled-back']))
    })

    it('has the restored state or the one from before at its next start, wherever an undo was cut', async () => {
        const table = await tryAll(undoing)
        unsound(table).should.eql([])
        reached(table, /rename flows_cred\.json/).should.be.true()
        reached(table, /rename flows\.json/).should.be.true()
    })

    it('puts the old state back also when it is killed again while doing that', async () => {
        const points = await pointsOf(restoring)
        const { userDir: cut, point } = await killAt(restoring, points, points.findIndex(passed => /rename flows\.json/.test(passed)))
        should(point).match(/rename flows\.json/)
        const kept = copyOf(cut, 'cut')
        let tries = 0
        for (let number = 1; number < 100; number++) {
            const userDir = copyOf(kept, 'repairing')
            rmSync(`${userDir}.note`, { force: true })
            const killed = await start(userDir, { below: userDir, at: number }).then(world => stop(world).then(() => false), () => true)
            if (!killed) break
            should(existsSync(`${userDir}.note`)).be.true()
            tries++
            const again = await start(userDir, null)
            which(await stateOf(again), restoring).should.equal('old')
            await stop(again)
        }
        tries.should.be.above(8)
    })
})
