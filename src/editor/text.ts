import { language, translate } from './node-red'

const namespace = 'node-red-contrib-flowfuse-snapshots/flowfuse-snapshots'

export type Values = Record<string, string | number>

/** The catalog's key with its namespace, for Node-RED functions that translate themselves. */
export function fullKey (key: string): string {
    return `${namespace}:${key}`
}

/**
 * The sentence of a key, with its `__name__` places filled. What fills them can't turn the sentence around; see also `unicode-bidi` in
 * panel.css. A key that no catalog has is shown as it is.
 */
export function t (key: string, values: Values = {}): string {
    const filled = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? undirected(value) : value]))
    return translate(fullKey(key), filled) ?? key
}

/** Characters that set the direction of all text after them: embeddings, overrides and isolates. */
const directing = /[\u202A-\u202E\u2066-\u2069]/gu

/** The text with a visible mark in place of each character that would make it, and what stands after it, read as something else. */
export function undirected (text: string): string {
    return text.replace(directing, '\uFFFD')
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
