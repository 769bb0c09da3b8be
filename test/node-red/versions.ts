import { ensureNodeRed5 } from './five/install'
import type { LocalOptions } from './local'

/** Node-RED's versions that the plugin is for: the one of this repository, and 5.0 on a Node.js of its own. */
export const versions = ['4.1', '5.0'] as const
export type NodeRedVersion = (typeof versions)[number]

let five: LocalOptions['binary']

// Once for all files, before any time limit of theirs begins: the first time takes a minute.
before(async function () {
    this.timeout(10 * 60_000)
    five = await ensureNodeRed5(line => process.stdout.write(`    ${line}\n`))
})

/** What `startNodeRed` runs for that version; known from the first `before` on. */
export function binaryOf (version: NodeRedVersion): LocalOptions['binary'] {
    return version === '5.0' ? five : undefined
}
