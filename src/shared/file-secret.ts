/** The rule for the secret of a snapshot file, kept by the dialog and by the runtime part: FlowFuse's own dialog asks the same. */
import type { ErrorAnswer } from './errors'
import { limits } from './limits'
import { characters } from './names'

/** What is wrong with a secret that a file shall be sealed under; null when nothing is. */
export function fileSecretProblem (secret: string): ErrorAnswer | null {
    if (characters(secret) < limits.fileSecretLength) {
        return { code: 'file-secret-short', params: { least: limits.fileSecretLength } }
    }
    if (secret.length > limits.fileSecretMost) {
        return { code: 'file-secret-long', params: { most: limits.fileSecretMost } }
    }
    return secret.trim() === secret ? null : { code: 'file-secret-blanks', params: {} }
}
