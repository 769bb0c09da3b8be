import { setImmediate as nextTick } from 'node:timers/promises'
import { isSealed, open as openUnderSecret, openText as openTextUnderSecret } from '../../snapshot/credentials'
import type { FlowNode, Modules, OpenCredentials } from '../../snapshot/model'
import { isObject, unfit } from '../../snapshot/parse'
import { openKeyed } from './data-key'
import type { LocalHead, OpenedEnvironment, OpenedSnapshot, StoredState } from './local-content'
import { secretContext, UnreadableSnapshot, type FileHead } from './snapshot-file'

/**
 * The snapshot in the lines of a file's rest. Parses them one by one, with a turn for the running flows after each.
 * @param keys that open what is sealed, by id
 * @throws UnreadableSnapshot
 */
export async function openLines (file: FileHead, lines: Buffer[], keys: Map<string, Buffer>): Promise<OpenedSnapshot> {
    const { head: found } = file
    const secret = secretOf(file, keys)
    const settings = asFields(memberOf(lines[0], 'settings'))
    const hasStored = lines[1]?.toString('latin1', 0, 9) === '"stored":'
    const opening = hasStored ? 2 : 1
    const closing = lines.findIndex((line, at) => at > opening && line.toString('latin1', 0, 15) === ',"credentials":')
    if (closing < 0) {
        throw new UnreadableSnapshot('no credentials')
    }
    const flowsJson = lines.slice(opening + 1, closing)
    const flows = await parseFlows(flowsJson)
    const head: LocalHead = secret !== null ? found : { ...found, locked: true, credentials: found.credentials === 'missing' ? 'missing' : 'locked' }
    const stored = hasStored ? openedState(asFields(memberOf(lines[1], 'stored')), secret) : null
    return {
        head,
        flows,
        flowsJson,
        credentials: secret === null || head.credentials !== 'included' ? null : openedCredentials(lines[closing], secret),
        env: openedEnvironment(asFields(settings.env), secret),
        modules: asFields(settings.modules) as Modules,
        settings: asFields(settings.settings),
        ...(stored && { stored })
    }
}

/** null when the key is not there. @throws UnreadableSnapshot when it is, and the secret is not this file's */
function secretOf ({ head, sealed, rest }: FileHead, keys: Map<string, Buffer>): string | null {
    const secret = openKeyed(keys, sealed, secretContext(head.id, rest))
    if (secret === null && keys.has(sealed.key)) {
        throw new UnreadableSnapshot('sealed for another file')
    }
    return secret
}

/** Each line has whole entries of the array, as it was captured; should one be cut elsewhere, all are parsed at once. */
async function parseFlows (lines: Buffer[]): Promise<FlowNode[]> {
    const flows: FlowNode[] = []
    for (const [at, line] of lines.entries()) {
        const text = line.toString('utf8')
        const entries = text.slice(1, at === lines.length - 1 ? -1 : undefined)
        const isCutBetween = text === ']' || text.startsWith(at === 0 ? '[' : ',')
        const part = isCutBetween ? tryParse(`[${entries}]`) : undefined
        if (!Array.isArray(part)) {
            return wholeFlows(lines)
        }
        for (const node of checked(part as FlowNode[])) {
            flows.push(node)
        }
        await nextTick()
    }
    return flows
}

function wholeFlows (lines: Buffer[]): FlowNode[] {
    const flows: unknown = checked(tryParse(Buffer.concat(lines).toString('utf8')))
    if (!Array.isArray(flows)) {
        throw new UnreadableSnapshot('no flows')
    }
    return flows as FlowNode[]
}

function openedCredentials (line: Buffer | undefined, secret: string): OpenCredentials {
    const { credentials: sealed } = asFields(tryParse(`{${line?.toString('utf8', 1) ?? ''}`))
    const credentials = isSealed(sealed) ? openUnderSecret(sealed, secret) : null
    if (credentials === null) {
        throw new UnreadableSnapshot('no credentials')
    }
    return credentials
}

function openedEnvironment (env: Record<string, unknown>, secret: string | null): OpenedEnvironment {
    return Object.fromEntries(Object.entries(env).map(([name, value]): [string, OpenedEnvironment[string]] => {
        if (typeof value === 'string') {
            return [name, value]
        }
        if (!isSealed(value)) {
            throw new UnreadableSnapshot('no variable')
        }
        return [name, { hidden: true, value: secret === null ? null : openTextUnderSecret(value.$, secret) }]
    }))
}

function openedState (stored: Record<string, unknown>, secret: string | null): StoredState | null {
    const { credentials, sealedCredentials, packageJson, packageLock } = stored
    const texts = { packageJson: asTextOrNull(packageJson), packageLock: asTextOrNull(packageLock) }
    if (typeof sealedCredentials !== 'string') {
        return { credentials, ...texts }
    }
    const text = secret === null ? null : openTextUnderSecret(sealedCredentials, secret)
    return text === null ? null : { credentials: tryParse(text), ...texts }
}

/** The value of a line `"<name>":…,`. @throws UnreadableSnapshot */
function memberOf (line: Buffer | undefined, name: string): unknown {
    const text = line?.toString('utf8') ?? ''
    return asFields(tryParse(`{${text.replace(/,$/, '')}}`))[name]
}

function tryParse (text: string): unknown {
    try {
        return JSON.parse(text) as unknown
    } catch {
        return undefined
    }
}

function checked<T> (value: T): T {
    if (unfit(value) !== null) {
        throw new UnreadableSnapshot('hostile')
    }
    return value
}

function asFields (value: unknown): Record<string, unknown> {
    if (!isObject(value)) {
        throw new UnreadableSnapshot('no object')
    }
    return checked(value)
}

function asTextOrNull (value: unknown): string | null {
    return typeof value === 'string' ? value : null
}
