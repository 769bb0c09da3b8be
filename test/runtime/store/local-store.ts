import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataKey } from '../../../src/runtime/store/data-key'
import { LocalSnapshots, type LocalContent } from '../../../src/runtime/store/local-snapshots'

export const canaries = ['canary-password', 'canary-hidden-variable', 'canary-clear-credential'] as const

export const flows = [
    { id: 't1', type: 'tab', label: 'Füllstand “A”' },
    { id: 'n1', type: 'mqtt in', z: 't1', topic: 'a,"b"\n]', wires: [['n2']] },
    { id: 5, type: 'unknown', odd: { nested: [null, { deep: true }] } },
    { type: 'no id' }
]
export const credentials = { n1: { password: 'canary-password', user: 'ü' }, 'global': { map: { A: 'x', has_A: true } } }

/** Cut between entries, as `Capture` cuts. */
export function piecesOf (entries: unknown[]): Buffer[] {
    return [...entries.map((entry, at) => `${at === 0 ? '[' : ','}${JSON.stringify(entry)}`), entries.length === 0 ? '[]' : ']'].map(text => Buffer.from(text))
}

export function content (more: Partial<LocalContent> = {}): LocalContent {
    return {
        name: 'v1',
        description: 'first',
        kind: 'named',
        revision: 'rev1',
        flowsJson: piecesOf(flows),
        credentialsJson: [Buffer.from('{"n1":{"password":"canary-pass'), Buffer.from('word","user":"ü"}'), Buffer.from(',"global":{"map":{"A":"x","has_A":true}}}')],
        credentialsTag: 'tag1',
        counts: { flows: 1, nodes: 3, nodesWithCredentials: 2, variables: 2, modules: 1 },
        env: { SITE: 'Plant A', SECRET: { hidden: true, value: 'canary-hidden-variable' }, EMPTY: { hidden: true, value: '' } },
        modules: { 'node-red': '4.1.15' },
        settings: {},
        ...more
    }
}

/** A store in a folder of its own. */
export class LocalStore {
    readonly folder = mkdtempSync(join(tmpdir(), 'ffs-local-'))
    secrets = ['node-red-secret']

    /** As after a restart of Node-RED. */
    async opened (keep = 10): Promise<LocalSnapshots> {
        const snapshots = new LocalSnapshots(this.folder, this.dataKey(), { keep })
        await snapshots.load()
        return snapshots
    }

    dataKey (): DataKey {
        return new DataKey(this.folder, () => this.secrets)
    }

    path (...names: string[]): string {
        return join(this.folder, 'local', ...names)
    }

    names (): string[] {
        return readdirSync(this.path()).sort()
    }

    /** Every file of the store. */
    files (): Array<{ name: string, text: string, mode: number }> {
        return readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => {
            const file = join(entry.parentPath, entry.name)
            return { name: entry.name, text: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777 }
        })
    }

    remove (): void {
        rmSync(this.folder, { recursive: true })
    }
}
