import { language, translate } from './node-red'

const namespace = 'node-red-contrib-flowfuse-snapshots/flowfuse-snapshots'

export type Values = Record<string, string | number>

/** The catalog's key with its namespace, for Node-RED functions that translate themselves. */
export function fullKey (key: string): string {
    return `${namespace}:${key}`
}

/** The sentence of a key, with its `__name__` places filled. A key that no catalog has is shown as it is. */
export function t (key: string, values: Values = {}): string {
    return translate(fullKey(key), values) ?? key
}

/** As `t`, but with another text when no catalog has the key: for words that the platform may add to. */
export function tOr (key: string, otherwise: string): string {
    return translate(fullKey(key), {}) ?? otherwise
}

/** The first characters of a long text, with an ellipsis. */
export function shortened (text: string, most: number): string {
    const all = [...text]
    return all.length <= most ? text : `${all.slice(0, most - 1).join('')}…`
}

/** "one, two and three" in the editor's language. */
export function listed (items: readonly string[]): string {
    return new Intl.ListFormat(language()).format(items)
}
