/**
 * The ways in which a node names an environment variable, as Node-RED resolves them:
 * `@node-red/runtime/lib/flows/util.js` (mapEnvVarProperties), `@node-red/util/lib/util.js` (evaluateEnvProperty,
 * prepareJSONataExpression), `@node-red/nodes/core/function/{10-function,80-template}.js`.
 *
 * Everything here runs inside a live runtime on text that anybody wrote: each expression is linear in the text, and is
 * tried only where a plain search found its keyword.
 */
import { limits } from '../shared/limits'
import type { FlowNode } from './model'

/** Takes a name with its `$parent.` prefixes. `direct`: read from the process, past all scopes. */
export type Found = (name: string, direct?: boolean) => void

export const parentPrefix = '$parent.'

/** Ids and wires hold no reference, and Node-RED takes credentials out before it substitutes. */
const skipped = new Set(['id', 'type', 'z', 'g', 'wires', 'credentials', '_users'])

// A quoted name. `$` and `{` are allowed for `$parent.NAME`; what is no name is sorted out at the end
const quoted = '(["\'`])([^"\'`\\\\\\r\\n]{1,300})'
const envGet = new RegExp(`\\benv\\s*\\??\\.\\s*get\\s*\\(\\s*${quoted}\\1\\s*[,)]`, 'g')
const jsonataEnv = new RegExp(`\\$env\\s*\\(\\s*${quoted}\\1\\s*\\)`, 'g')
const getSetting = new RegExp(`\\bgetSetting\\s*\\(\\s*[\\w$.]{1,64}\\s*,\\s*${quoted}\\1`, 'g')
const processEnv = /\bprocess\.env(?:\.([A-Za-z_]\w{0,299})|\[\s*["'`]([^"'`\\\r\n]{1,300})["'`]\s*\])/g
const templateEnv = /\{\{\s*(?:[{&#^]\s*)?env\.([^{}\s]{1,300})\s*\}/g

/**
 * False where the JSON text of a node or of credentials shows that none of the functions here would find anything: they all need one of
 * these, none of which JSON writes in another way. Much faster than looking. `JsonPieces` looks for the same while it writes.
 */
export function mayHoldNames (json: string): boolean {
    return /env|getSetting|"\$[{(]/.test(json)
}

/** Names in the properties of an ordinary node. Never mutates it. */
export function namesInNode (node: FlowNode, found: Found): void {
    const seen = new Set<object>([node])
    const open: object[] = [node]
    const visit = (value: unknown): void => {
        if (typeof value === 'string') {
            namesInText(value, found)
        } else if (typeof value === 'object' && value !== null && !seen.has(value)) {
            seen.add(value)
            open.push(value)
        }
    }
    for (let item = open.pop(); item !== undefined; item = open.pop()) {
        if (Array.isArray(item)) {
            item.forEach(visit)
            continue
        }
        // Unlike Object.entries, this makes no arrays.
        for (const key in item) {
            if (!Object.hasOwn(item, key) || (item === node && skipped.has(key))) { continue }
            const value = (item as Record<string, unknown>)[key]
            if (value === 'env') { namesInTyped(item as Record<string, unknown>, key, found) }
            visit(value)
        }
    }
}

/**
 * Names in the values of a node's credentials, which Node-RED substitutes like properties (`nodes/index.js` createNode),
 * but only as whole values. A secret may look like that by chance, so only what could be a variable is reported.
 */
export function namesInCredentials (credentials: unknown, found: Found): void {
    namesInNode({ values: credentials }, name => {
        if (/^(?:\$parent\.)*[A-Za-z_][A-Za-z0-9_]*$/.test(name)) { found(name) }
    })
}

/** The name in a value that consists of nothing but `${NAME}` or the older `$(NAME)`. */
export function wholeValueName (text: string): string | undefined {
    if (text[0] !== '$' || text.length > limits.variableNameLength + 100) { return undefined }
    return (/^\$\{(\S+)\}$/.exec(text) ?? /^\$\((\S+)\)$/.exec(text))?.[1]
}

/** Names in a text of unknown meaning: a whole value, code, an expression or a template. */
export function namesInText (text: string, found: Found): void {
    const whole = wholeValueName(text)
    if (whole !== undefined) { found(whole) }
    if (text.includes('env')) {
        namesInCode(text, found)
        for (const match of text.includes('{{') ? text.matchAll(templateEnv) : []) { found(match[1] ?? '') }
        for (const match of text.includes('process.env') ? text.matchAll(processEnv) : []) { found(match[1] ?? match[2] ?? '', true) }
    }
    if (text.includes('getSetting')) {
        for (const match of text.matchAll(getSetting)) { found(match[2] ?? '') }
    }
}

/** Names in JavaScript (`env.get`) and JSONata (`$env`). */
export function namesInCode (text: string, found: Found): void {
    for (const match of text.includes('get') ? text.matchAll(envGet) : []) { found(match[2] ?? '') }
    for (const match of text.includes('$env') ? text.matchAll(jsonataEnv) : []) { found(match[2] ?? '') }
}

/** Names in a value of the type `env`: bare, `${NAME}`, or `${NAME}` within other text. */
export function namesInTypedValue (value: string, found: Found): void {
    let any = false
    for (let from = value.indexOf('${'); from >= 0; from = value.indexOf('${', from)) {
        const end = value.indexOf('}', from + 2)
        if (end < 0) { break }
        if (end > from + 2) {
            found(value.slice(from + 2, end))
            any = true
        }
        from = end
    }
    if (!any) { found(value) }
}

/** The value beside a type: `payloadType`/`payload`, `vt`/`v`, `tot`/`to`, `op1type`/`op1`, `keyType`/`keyValue`, `type`/`value`. */
function namesInTyped (item: Record<string, unknown>, typeKey: string, found: Found): void {
    const base = /^(.*?)(?:[_-]?[Tt]ype|[Tt])$/.exec(typeKey)?.[1]
    if (base === undefined) { return }
    const keys = base === '' ? ['value', 'val', 'v'] : [base, `${base}Value`, `${base}Val`]
    for (const key of keys) {
        const value = Object.hasOwn(item, key) ? item[key] : undefined
        if (typeof value === 'string') { namesInTypedValue(value, found) }
    }
}
