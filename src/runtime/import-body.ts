import { setImmediate as nextTick } from 'node:timers/promises'
import type { SerialisedBody } from '../flowfuse/http'
import type { SnapshotOwner } from '../flowfuse/snapshots'
import { sealPieces } from '../snapshot/credentials'
import type { Modules, RuntimeSettings } from '../snapshot/model'
import { builtIntoInstances } from '../snapshot/modules'
import type { JsonObject } from '../snapshot/parse'
import type { Capture } from './capture'

export interface ImportContent {
    owner: SnapshotOwner
    name: string
    description: string
    /** Complete, with `node-red`: what devices install. */
    modules: Modules
    /** What an instance installs. An import that names none makes the restore empty its list. */
    palette: Modules
    /** Nested, and only what shall change: absent keys keep the instance's value at a restore. */
    settings: RuntimeSettings
    /** All variables that the instance has after a restore; hidden ones sealed under `secret`, or open. */
    env: JsonObject
    secret: string
    /** Text of the credentials' `$` under `secret`, in pieces. */
    sealedCredentials: Buffer[]
}

/** The body of the platform's import call (test/contract, `import/encrypted-right-secret`). */
export function importBody (captured: Pick<Capture, 'flowsJson'>, content: ImportContent): SerialisedBody {
    const { owner, name, description, modules, env, secret } = content
    const palette = { ...content.settings.palette as JsonObject | undefined, modules: content.palette }
    const settings = { settings: { ...content.settings, palette }, env, modules }
    const chunks = [
        Buffer.from(`{"ownerId":${JSON.stringify(owner.id)},"ownerType":"${owner.kind}","snapshot":{"name":${JSON.stringify(name)},` +
            `"description":${JSON.stringify(description)},"flows":{"flows":`),
        ...captured.flowsJson,
        Buffer.from(',"credentials":{"$":"'),
        ...content.sealedCredentials,
        Buffer.from(`"}},"settings":${JSON.stringify(settings)}},"credentialSecret":${JSON.stringify(secret)}}`)
    ]
    return { chunks, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0), secrets: () => [secret, env] }
}

/** Seals captured credentials piece by piece, with the event loop free in between. */
export async function sealCaptured ({ credentialsJson }: Pick<Capture, 'credentialsJson'>, secret: string): Promise<Buffer[]> {
    const sealed: Buffer[] = []
    for (const piece of sealPieces(credentialsJson, secret)) {
        sealed.push(piece)
        await nextTick()
    }
    return sealed
}

/** The palette list of an instance with what it lacks of `added`; without what every instance has, which a restore refuses. */
export function mergedPalette (palette: Modules, added: Modules): Modules {
    return Object.fromEntries(Object.entries({ ...added, ...palette }).filter(([name]) => !builtIntoInstances(name)))
}
