import should from 'should'
import type { Difference } from './comparison'
import type { FlowFuseVersion } from './generation'
import { notClaimed, reasonNotToClaim } from './not-claimed'
import { startFakeFlowFuse } from './platform'
import { Player } from './player'
import { Recording, type Exchange } from './recording'

const versions: FlowFuseVersion[] = ['2.4.0', '2.33.2']

/** Plays exchanges in order on a fresh platform and describes everything that differs, one line each. */
async function playOnFreshPlatform (recording: Recording, version: FlowFuseVersion, exchanges: Exchange[]): Promise<string[]> {
    const fake = await startFakeFlowFuse({ version })
    const player = new Player(recording, fake)
    try {
        const lines: string[] = []
        for (const exchange of exchanges) {
            const differences = await player.play(exchange)
            lines.push(...differences.map((difference) => describeDifference(exchange, difference)))
        }
        return lines
    } finally {
        player.close()
        await fake.stop()
    }
}

function describeDifference ({ id }: Exchange, { path, expected, got }: Difference): string {
    const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300)
    return `${id}: ${path}: expected ${shown(expected)}, got ${shown(got)}`
}

for (const version of versions) {
    describe(`the fake FlowFuse ${version} answers as recorded`, () => {
        const recording = new Recording(version)
        const claimed = recording.exchanges.filter(({ id }) => !reasonNotToClaim(id))

        for (const { id, title } of recording.scenes) {
            const exchanges = claimed.filter((exchange) => exchange.id.startsWith(`${id}/`))
            if (exchanges.length === 0) continue
            it(`${id}: ${title} (${exchanges.length})`, async () => {
                const lines = await playOnFreshPlatform(recording, version, exchanges)
                should(lines.length).equal(0, lines.join('\n'))
            })
        }

        it(`in one go: all scenes on one platform (${claimed.length})`, async () => {
            const lines = await playOnFreshPlatform(recording, version, claimed)
            should(lines.length).equal(0, lines.join('\n'))
        })

        it('and claims every exchange that is not listed with a reason', () => {
            const scenes = new Set(recording.scenes.map(({ id }) => id))
            recording.exchanges.filter(({ id }) => !scenes.has(id.split('/')[0] ?? '')).should.eql([])
            for (const { pattern, reason } of notClaimed) {
                recording.exchanges.some(({ id }) => reasonNotToClaim(id)?.pattern === pattern).should.equal(true, pattern)
                reason.should.not.equal('')
            }
        })
    })
}
