import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Measure } from './measure'

/** What the plugin adds to every start of the editor. */
export async function measureEditorStart (plugin: string): Promise<Measure[]> {
    const page = await readFile(join(plugin, 'dist/plugin.html'))
    return [{ name: 'dist/plugin.html, gzipped', size: null, value: gzipSync(page).length, unit: 'B', bar: 30 * 1024 }]
}
