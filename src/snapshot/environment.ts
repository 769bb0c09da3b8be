/** Environment variables: which names may be set or sent at all, and which the platform takes. */
import { limits } from '../shared/limits'

export { References } from './references'

const withheldNames = new Set(['PATH', 'HOME', 'SHELL', 'TMPDIR', 'TMP', 'TEMP', 'PATHEXT', 'COMSPEC', 'IFS', 'BASH_ENV', 'GCONV_PATH'])
const withheldPrefixes = ['NODE_', 'NPM_', 'LD_', 'DYLD_', 'SSL_', 'GIT_', 'FF_', 'NR_', 'PERL5', 'PYTHON', 'RUBY', 'OPENSSL_', 'ELECTRON_']
const withheldSuffix = '_PROXY'

/**
 * True for a name that is never set in this process and never sent, whatever a snapshot says: names that steer Node.js, npm,
 * the loader, proxies, TLS or git, the shell's own, those from which other interpreters take code, and those that FlowFuse and
 * Node-RED reserve. Upper and lower case are the same here, since they are on Windows.
 */
export function withheld (name: string): boolean {
    const upper = name.toUpperCase()
    return withheldNames.has(upper) || upper.endsWith(withheldSuffix) || withheldPrefixes.some(prefix => upper.startsWith(prefix))
}

/** True for a name that the platform's restore accepts. Create and import take any name; the restore then fails or drops it. */
export function validName (name: string): boolean {
    return name.length <= limits.variableNameLength && /^[a-zA-Z_]+[a-zA-Z0-9_]*$/.test(name)
}
