import { join } from 'node:path'
import type { ErrorAnswer } from '../../shared/errors'
import type { VariableChange } from '../../shared/local'
import type { DataKey } from './data-key'

export interface KeptVariable {
    name: string
    hidden: boolean
    /** null: sealed under a former credential secret of Node-RED. */
    value: string | null
}

/** The variables that the plugin keeps, in one file; values of hidden ones are sealed. */
export class KeptVariables {
    protected readonly file: string

    /** @param folder the store's, below userDir */
    constructor (folder: string, protected readonly dataKey: DataKey) {
        this.file = join(folder, 'variables.json')
    }

    /** What went wrong when the file was read (code `variables-unreadable`), until variables are written again. */
    problem (): ErrorAnswer | null {
        return null
    }

    /** @throws CodedError `store-read-failed`, `store-newer` */
    async list (): Promise<KeptVariable[]> {
        throw new Error('not yet')
    }

    /**
     * Puts all variables in place of those before. One without `value` keeps the value it has, also one that can't be opened now.
     * @throws CodedError `variable-name-invalid`, `variable-not-set` for one without value that is not there, or that is to be shown
     * and can't be opened; `store-write-failed`, `store-read-failed`, `store-newer`
     */
    async replaceAll (_variables: VariableChange[]): Promise<KeptVariable[]> {
        throw new Error('not yet')
    }

    /** Name → value of all that can be opened. @throws CodedError `store-read-failed`, `store-newer` */
    async valuesForProcess (): Promise<Map<string, string>> {
        throw new Error('not yet')
    }

    /** How many are sealed under a former credential secret of Node-RED. */
    async countLocked (): Promise<number> {
        throw new Error('not yet')
    }
}
