import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import type { VariableChange } from '../shared/local'
import { validName, withheld } from '../snapshot/environment'
import type { KeptVariable, KeptVariables } from './store/kept-variables'

/**
 * The kept variables in this process, where flows read them. A variable that the host itself has wins and is never touched; names that
 * steer Node.js, npm or the platform are never set, whatever the file says.
 */
export class KeptEnvironment {
    /** What was set here and is still as it was set, by name. */
    private readonly set = new Map<string, string>()
    private writing: Promise<unknown> = Promise.resolve()

    constructor (private readonly kept: KeptVariables, private readonly environment: NodeJS.ProcessEnv = process.env) {}

    /**
     * Sets again what is kept after `unlock` has made more of it readable.
     * @param mayChange is asked once nothing else is being changed, and throws where it must not be done then
     * @returns what `unlock` does
     * @throws CodedError as `apply`
     */
    async applyUnlocked<T> (unlock: () => Promise<T>, mayChange: () => void = () => undefined): Promise<T> {
        return await this.inTurn(async () => {
            mayChange()
            const unlocked = await unlock()
            await this.apply()
            return unlocked
        })
    }

    /** Sets what is kept, and takes out what is no longer. @throws CodedError `store-read-failed`, `store-newer` */
    async apply (): Promise<void> {
        const values = await this.kept.valuesForProcess()
        for (const name of [...this.set.keys()].filter(name => !values.has(name))) {
            if (this.isOurs(name)) {
                delete this.environment[name]
            }
            this.set.delete(name)
        }
        for (const [name, value] of values) {
            if (!withheld(name) && validName(name) && (this.isOurs(name) || !Object.hasOwn(this.environment, name))) {
                this.environment[name] = value
                this.set.set(name, value)
            }
        }
    }

    /** True for a variable that the host, or somebody else in this process, has set: that one counts. */
    isOverridden (name: string): boolean {
        return Object.hasOwn(this.environment, name) && !this.isOurs(name)
    }

    /**
     * Puts variables in place of all that were kept.
     * @param mayChange is asked once nothing else is being changed, and throws where it must not be done then
     * @throws CodedError `variable-name-invalid`, `variable-not-allowed`, `variable-too-long`, `variables-too-large`, and as `KeptVariables`
     */
    async replaceAll (variables: VariableChange[], mayChange: () => void = () => undefined): Promise<KeptVariable[]> {
        return await this.inTurn(async () => {
            mayChange()
            check(variables, await this.kept.list())
            const kept = await this.kept.replaceAll(variables)
            await this.apply()
            return kept
        })
    }

    /**
     * Adds variables to those that are kept, or gives them their new value; a hidden one stays hidden. What may never be set is left out.
     * @throws CodedError as `replaceAll`
     */
    async merge (
        values: Array<[name: string, value: string]>, mayChange: () => void = () => undefined
    ): Promise<{ kept: KeptVariable[], leftOut: string[] }> {
        return await this.inTurn(async () => {
            mayChange()
            const before = await this.kept.list()
            const leftOut = values.map(([name]) => name).filter(withheld)
            const changes = new Map<string, VariableChange>(before.map(({ name, hidden }) => [name, { name, hidden }]))
            for (const [name, value] of values.filter(([name]) => !withheld(name))) {
                changes.set(name, { name, hidden: changes.get(name)?.hidden ?? false, value })
            }
            check([...changes.values()], before)
            const kept = await this.kept.replaceAll([...changes.values()])
            await this.apply()
            return { kept, leftOut }
        })
    }

    /**
     * Text of the file of kept variables, with every change in it that was begun before; null where there is none.
     * @throws CodedError `store-read-failed`
     */
    async text (): Promise<string | null> {
        return await this.inTurn(() => this.kept.text())
    }

    /** Puts the file back as it was, and its variables into the process. @throws CodedError `store-write-failed`, and as `apply` */
    async putBack (text: string | null): Promise<void> {
        await this.inTurn(async () => {
            await this.kept.putBack(text)
            await this.apply()
        })
    }

    private isOurs (name: string): boolean {
        return this.set.has(name) && this.environment[name] === this.set.get(name)
    }

    /** One change after the other, so that none is made of an outdated list. */
    private inTurn<T> (work: () => Promise<T>): Promise<T> {
        const done = this.writing.then(work)
        this.writing = done.catch(() => undefined)
        return done
    }
}

function check (variables: VariableChange[], before: KeptVariable[]): void {
    const known = new Map(before.map(({ name, value }) => [name, value]))
    let total = 0
    for (const { name, value } of variables) {
        // What is there already stays, also when a file or a snapshot brought it.
        if (!known.has(name) && !validName(name)) {
            throw new CodedError('variable-name-invalid', { name: name.slice(0, limits.variableNameLength) })
        }
        if (!known.has(name) && withheld(name)) {
            throw new CodedError('variable-not-allowed', { name })
        }
        const bytes = Buffer.byteLength(value ?? known.get(name) ?? '')
        if (value !== undefined && (bytes > limits.variableValueBytes || value.includes('\0'))) {
            throw new CodedError('variable-too-long', { name, max: limits.variableValueBytes / 1024 })
        }
        total += bytes + name.length + 2
    }
    if (total > limits.variablesBytes || variables.length > limits.namesPerRequest) {
        throw new CodedError('variables-too-large', { max: limits.variablesBytes / 1024, count: limits.namesPerRequest })
    }
}
