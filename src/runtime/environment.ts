import { CodedError } from '../shared/errors'
import { validName, withheld } from '../snapshot/environment'
import type { Environment } from '../snapshot/model'

/** The host's variables as flows see them: `envVarExcludes` of settings.js hides some. */
export interface HostEnvironment { [name: string]: string | undefined }

/** Which of the names that the flows refer to could travel. Names only, never a value. */
export interface ReferredVariables { offered: string[], unset: string[], withheld: string[] }

export function referredVariables (references: string[], host: HostEnvironment): ReferredVariables {
    const set = references.filter(name => valueOf(host, name) !== undefined)
    return {
        offered: set.filter(name => !withheld(name) && validName(name)),
        unset: references.filter(name => valueOf(host, name) === undefined && !withheld(name)),
        withheld: set.filter(name => withheld(name) || !validName(name))
    }
}

/**
 * The variables that the user ticked, with the host's values. Never more than the flows refer to.
 * @throws CodedError `variable-name-invalid`, `variable-not-allowed`, `variable-not-referred`, `variable-not-set`
 */
export function tickedVariables (names: string[], references: string[], host: HostEnvironment): Record<string, string> {
    return Object.fromEntries(names.map(name => {
        if (withheld(name)) {
            throw new CodedError('variable-not-allowed', { name })
        }
        if (!validName(name)) {
            throw new CodedError('variable-name-invalid', { name })
        }
        if (!references.includes(name)) {
            throw new CodedError('variable-not-referred', { name }, 409)
        }
        const value = valueOf(host, name)
        if (value === undefined) {
            throw new CodedError('variable-not-set', { name }, 409)
        }
        return [name, value]
    }))
}

/** Ticked variables as a snapshot carries them. `keysOnly` ones are empty; hidden ones become plain where the platform can't hide them. */
export function sentVariables (
    ticked: Record<string, string>, { keysOnly = [], hidden = [] }: { keysOnly?: string[], hidden?: string[] }, keepsHidden: boolean
): Environment {
    return Object.fromEntries(Object.entries(ticked).map(([name, own]) => {
        const value = keysOnly.includes(name) ? '' : own
        return [name, keepsHidden && hidden.includes(name) ? { hidden: true, value } : value]
    }))
}

/** @param excludes `envVarExcludes` of settings.js */
export function hostEnvironment (environment: NodeJS.ProcessEnv, excludes: unknown): HostEnvironment {
    const hidden = new Set(Array.isArray(excludes) ? excludes : [])
    return Object.fromEntries(Object.entries(environment).filter(([name]) => !hidden.has(name)))
}

/** Flows may well refer to a name like `constructor`, which every object seems to have. */
function valueOf (host: HostEnvironment, name: string): string | undefined {
    return Object.hasOwn(host, name) ? host[name] : undefined
}
