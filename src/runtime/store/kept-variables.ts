import { join } from 'node:path'
import { CodedError, type ErrorAnswer } from '../../shared/errors'
import type { VariableChange } from '../../shared/local'
import { isObject } from '../../snapshot/parse'
import { isKeyedSealed, openKeyed, type DataKey, type KeyedSealed } from './data-key'
import { readIfThere, removeFile, setAside, writeWhole } from './files'

export interface KeptVariable {
    name: string
    hidden: boolean
    /** null: sealed under a former credential secret of Node-RED. */
    value: string | null
}

/** A variable as it stands in the file: a hidden one sealed, and bound to its name. */
type StoredVariable = { name: string, value: string } | { name: string, sealed: KeyedSealed }

const fileName = 'variables.json'
const version = 1

/** The variables that the plugin keeps, in one file; values of hidden ones are sealed. Read each time: another process may write it. */
export class KeptVariables {
    private readonly file: string
    private writing: Promise<unknown> = Promise.resolve()
    private unreadable: ErrorAnswer | null = null

    /** @param folder the store's, below userDir */
    constructor (folder: string, private readonly dataKey: DataKey) {
        this.file = join(folder, fileName)
    }

    /** What went wrong when the file was read (code `variables-unreadable`), until variables are written again. */
    problem (): ErrorAnswer | null {
        return this.unreadable
    }

    /** @throws CodedError `store-read-failed`, `store-newer` */
    async list (): Promise<KeptVariable[]> {
        const stored = await this.read()
        const keys = stored.some(isHidden) ? await this.dataKey.keys() : new Map<string, Buffer>()
        return stored.map(variable => opened(variable, keys))
    }

    /**
     * Puts all variables in place of those before. One without `value` keeps the value it has, also one that can't be opened now.
     * @throws CodedError `variable-name-invalid`; `variable-not-set` for one without value that is not there, or that is to be shown and
     * can't be opened; `store-write-failed`, `store-read-failed`, `store-newer`
     */
    replaceAll (variables: VariableChange[]): Promise<KeptVariable[]> {
        const done = this.writing.then(() => this.replaceNext(variables))
        this.writing = done.catch(() => undefined)
        return done
    }

    /** Name → value of all that can be opened. @throws CodedError `store-read-failed`, `store-newer` */
    async valuesForProcess (): Promise<Map<string, string>> {
        const variables = await this.list()
        return new Map(variables.flatMap(({ name, value }) => value === null ? [] : [[name, value]]))
    }

    /** How many are sealed under a former credential secret of Node-RED. @throws CodedError `store-read-failed`, `store-newer` */
    async countLocked (): Promise<number> {
        const variables = await this.list()
        return variables.filter(({ value }) => value === null).length
    }

    /** Text of the file; null where there is none. @throws CodedError `store-read-failed` */
    async text (): Promise<string | null> {
        return await readIfThere(this.file)
    }

    /** Makes the file what it was. @returns false when it is that already. @throws CodedError `store-read-failed`, `store-write-failed` */
    async putBack (text: string | null): Promise<boolean> {
        if (await this.text() === text) {
            return false
        }
        await (text === null ? removeFile(this.file) : writeWhole(this.file, text))
        return true
    }

    private async replaceNext (variables: VariableChange[]): Promise<KeptVariable[]> {
        const before = new Map((await this.read()).map(variable => [variable.name, variable]))
        const stored: StoredVariable[] = []
        for (const variable of variables) {
            // The name of every object's prototype can't be the name of a variable anywhere.
            if (variable.name === '__proto__' || stored.some(({ name }) => name === variable.name)) {
                throw new CodedError('variable-name-invalid', { name: variable.name })
            }
            stored.push(await this.stored(variable, before.get(variable.name)))
        }
        await writeWhole(this.file, JSON.stringify({ version, variables: stored }, null, 2))
        this.unreadable = null
        return await this.list()
    }

    private async stored ({ name, hidden, value }: VariableChange, before: StoredVariable | undefined): Promise<StoredVariable> {
        if (value === undefined && hidden && before !== undefined && isHidden(before)) {
            return before
        }
        const kept = value ?? (before === undefined ? null : opened(before, await this.dataKey.keys()).value)
        if (kept === null) {
            throw new CodedError('variable-not-set', { name })
        }
        return hidden ? { name, sealed: await this.dataKey.seal(kept, contextOf(name)) } : { name, value: kept }
    }

    private async read (): Promise<StoredVariable[]> {
        const text = await readIfThere(this.file)
        if (text === null) {
            return []
        }
        const variables = parseFile(text)
        if (variables === null) {
            this.unreadable = { code: 'variables-unreadable', params: { file: fileName, aside: await setAside(this.file) } }
            return []
        }
        return variables
    }
}

function opened (variable: StoredVariable, keys: Map<string, Buffer>): KeptVariable {
    const { name } = variable
    return isHidden(variable)
        ? { name, hidden: true, value: openKeyed(keys, variable.sealed, contextOf(name)) }
        : { name, hidden: false, value: variable.value }
}

function isHidden (variable: StoredVariable): variable is { name: string, sealed: KeyedSealed } {
    return 'sealed' in variable
}

function contextOf (name: string): string {
    return JSON.stringify(['variable', name])
}

/** null for what is none of ours. @throws CodedError `store-newer` */
function parseFile (text: string): StoredVariable[] | null {
    const file = parsed(text)
    if (!isObject(file)) {
        return null
    }
    if (typeof file.version === 'number' && file.version > version) {
        throw new CodedError('store-newer', { file: fileName }, 409)
    }
    const { variables } = file
    return file.version === version && Array.isArray(variables) && variables.every(isStored) ? variables : null
}

function parsed (text: string): unknown {
    try {
        return JSON.parse(text) as unknown
    } catch {
        // No JSON: as unreadable as JSON of another shape.
        return null
    }
}

function isStored (value: unknown): value is StoredVariable {
    return isObject(value) && typeof value.name === 'string' && value.name !== '__proto__' &&
        ('sealed' in value ? isKeyedSealed(value.sealed) : typeof value.value === 'string')
}
