import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, extname, isAbsolute, join } from 'node:path'
import { fitsVersion } from '../snapshot/module-rules'
import type { NodeRed } from './node-red'

/** Where Node-RED's own two files lie. */
export interface StoredFilePaths { flows: string, credentials: string }

const known = new WeakMap<NodeRed, Promise<StoredFilePaths>>()

/**
 * The files that Node-RED's file storage reads and writes (`@node-red/runtime/lib/storage/localfilesystem/projects/index.js`, init). It
 * decides once, at its start, by what is there then; so this is to be called first while Node-RED waits for the plugin.
 */
export async function storedFilePaths (nodeRed: NodeRed): Promise<StoredFilePaths> {
    const paths = known.get(nodeRed) ?? findPaths(nodeRed)
    known.set(nodeRed, paths)
    return await paths
}

async function findPaths (nodeRed: NodeRed): Promise<StoredFilePaths> {
    const flows = await flowFilePath(nodeRed)
    const extension = extname(flows)
    const name = `${basename(flows, extension)}_cred${extension}`
    const inUserDir = join(nodeRed.userDir, name)
    const isBeside = keepsBeside(nodeRed.version) && !await isThere(inUserDir)
    return { flows, credentials: isBeside ? join(dirname(flows), name) : inUserDir }
}

async function flowFilePath (nodeRed: NodeRed): Promise<string> {
    const configured = nodeRed.setting('flowFile')
    if (typeof configured !== 'string' || configured === '') {
        return join(nodeRed.userDir, `flows_${hostname()}.json`)
    }
    if (isAbsolute(configured)) {
        return configured
    }
    const inWorkingFolder = join(process.cwd(), configured)
    return configured.startsWith('./') || await isThere(inWorkingFolder) ? inWorkingFolder : join(nodeRed.userDir, configured)
}

/** Up to 4.1 credentials are always in userDir; from 5.0 on only where they were there already, and beside the flow file otherwise. */
function keepsBeside (version: string): boolean {
    return fitsVersion(version, '>=5.0.0-beta.3')
}

async function isThere (path: string): Promise<boolean> {
    return await stat(path).then(() => true, () => false)
}
