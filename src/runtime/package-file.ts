import { CodedError } from '../shared/errors'
import { packageText } from '../snapshot/file-shape'
import { frameOf, ownerName, type FileContent } from './file-source'
import type { OutgoingFile } from './snapshot-file-out'

/** A package.json with the modules of a snapshot. @throws CodedError `file-modules-untold` */
export function packageFile (content: FileContent): OutgoingFile {
    const { name, opened: { modules } } = content
    if (modules === null) {
        throw new CodedError('file-modules-untold', { name }, 409)
    }
    const frame = frameOf(content, {}, undefined, new Date().toISOString())
    return { name: 'package.json', pieces: [Buffer.from(packageText(frame, ownerName(content), modules))] }
}
