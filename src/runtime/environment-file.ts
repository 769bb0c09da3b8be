import { CodedError } from '../shared/errors'
import { environmentText, fileName } from '../snapshot/file-shape'
import { frameOf, type FileContent } from './file-source'
import type { NodeRed } from './node-red'
import type { OutgoingFile } from './snapshot-file-out'

/**
 * An .env with the variables of a snapshot, hidden ones in clear; without `values`, their names alone.
 * @throws CodedError `file-variables-none`
 */
export function environmentFile (nodeRed: Pick<NodeRed, 'text'>, content: FileContent, values: boolean): OutgoingFile {
    const { name, opened: { env } } = content
    if (Object.keys(env).length === 0) {
        throw new CodedError('file-variables-none', { name }, 409)
    }
    const text = environmentText(env, values, { unread: nodeRed.text('envFile.unread'), unfit: nodeRed.text('envFile.unfit') })
    return { name: fileName(frameOf(content, {}, undefined, new Date().toISOString()), 'env'), pieces: [Buffer.from(text)] }
}
