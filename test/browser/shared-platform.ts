import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensurePlatform } from '../platform/install'
import { startPlatform, type Platform } from '../platform/platform'

let starting: Promise<{ platform: Platform, data: string }> | undefined

/** A real FlowFuse for tests that leave it running, the same for all: started for the first that asks, stopped after the last test of all. */
export async function sharedPlatform (): Promise<Platform> {
    starting ??= start()
    return (await starting).platform
}

async function start (): Promise<{ platform: Platform, data: string }> {
    const { home } = await ensurePlatform(line => process.stderr.write(`${line}\n`))
    const data = await mkdtemp(join(tmpdir(), 'ffs-shared-'))
    return { platform: await startPlatform({ home, data }), data }
}

after(async function () {
    this.timeout(3 * 60_000)
    const started = await starting?.catch(() => undefined)
    await started?.platform.stop()
    await (started && rm(started.data, { recursive: true, force: true }))
})
