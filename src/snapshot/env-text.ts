/**
 * Environment variables as the text of a `.env` file, by the rules that dotenv, Docker Compose and `node --env-file` share: `NAME=value`
 * lines, `export` in front allowed, `#` comments, values bare, in single quotes or backticks (taken as they are) or in double quotes (with
 * `\n`, `\r`, `\"`, `\\`, `\$`), quoted ones over several lines. Nothing is substituted. Each character is looked at a fixed number of times.
 */
import { CodedError } from '../shared/errors'

/** One line of a `.env` text. Without a value it becomes a comment, which says why. */
export interface EnvLine { name: string, value: string | null, why?: string }

/**
 * The variables of a `.env` text in their order; of a name that is there twice the last one counts, as everywhere.
 * @throws CodedError `env-text-invalid` with the number of the line that can't be read; nothing of its content
 */
export function parseEnv (text: string): Array<[name: string, value: string]> {
    const found = new Map<string, string>()
    const reader = new Reader(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'))
    for (let entry = reader.next(); entry !== null; entry = reader.next()) {
        found.delete(entry[0])
        found.set(...entry)
    }
    return [...found]
}

/** The text of a `.env` file that `parseEnv`, and as far as it can be had every other reader, takes for exactly these variables. */
export function envText (lines: EnvLine[]): string {
    return lines.map(({ name, value, why }) => value === null ? `# ${name}=${why === undefined ? '' : ` (${why})`}\n` : `${name}=${quoted(value)}\n`).join('')
}

/** The least that is needed: most readers agree on bare words, nearly all on single quotes, and on `\"` in double ones not quite all. */
function quoted (value: string): string {
    if (/^[\w./:@%+,=-]*$/.test(value)) { return value }
    if (!/['\r]/.test(value)) { return `'${value}'` }
    return `"${value.replace(/[\\"$]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r')}"`
}

const escapes: Record<string, string> = { n: '\n', r: '\r', '"': '"', '\\': '\\', $: '$' }

class Reader {
    #at = 0
    #line = 1

    constructor (private readonly text: string) {}

    /** The next variable, or null at the end. */
    next (): [string, string] | null {
        for (let rest = this.#restOfLine(); rest !== null; rest = this.#restOfLine()) {
            const trimmed = rest.trim()
            if (trimmed === '' || trimmed.startsWith('#') || /^export\s[\w.\s-]*$/.test(trimmed)) {
                this.#skip(rest.length + 1)
                continue
            }
            const equals = rest.indexOf('=')
            const name = (equals < 0 ? '' : rest.slice(0, equals)).trim().replace(/^export\s+/, '')
            if (!/^[^\s'"`#]+$/.test(name)) { throw this.#invalid() }
            this.#skip(equals + 1)
            return [name, this.#value()]
        }
        return null
    }

    #value (): string {
        const rest = this.#restOfLine() ?? ''
        const bare = rest.trimStart()
        const quote = bare[0]
        if (quote !== '"' && quote !== "'" && quote !== '`') {
            this.#skip(rest.length + 1)
            return bare.replace(/^#.*$|\s#.*$/, '').trim()
        }
        const start = this.#at + rest.length - bare.length + 1
        const end = this.#closing(quote, start)
        const after = end < 0 ? 'x' : this.text.slice(end + 1, this.#endOfLine(end))
        if (!/^\s*(?:#|$)/.test(after)) { throw this.#invalid() }
        this.#skip(end + 1 + after.length + 1 - this.#at)
        const inside = this.text.slice(start, end)
        return quote === '"' ? inside.replace(/\\(.)/g, (whole, letter: string) => escapes[letter] ?? whole) : inside
    }

    /** Where the quotes end; -1 where they don't. Only in double quotes a backslash protects them. */
    #closing (quote: string, start: number): number {
        if (quote !== '"') { return this.text.indexOf(quote, start) }
        for (let at = start; at < this.text.length; at++) {
            if (this.text[at] === '\\') { at++ } else if (this.text[at] === '"') { return at }
        }
        return -1
    }

    #restOfLine (): string | null {
        return this.#at >= this.text.length ? null : this.text.slice(this.#at, this.#endOfLine(this.#at))
    }

    #endOfLine (from: number): number {
        const end = this.text.indexOf('\n', from)
        return end < 0 ? this.text.length : end
    }

    #skip (length: number): void {
        const to = this.#at + length
        for (let at = this.text.indexOf('\n', this.#at); at >= 0 && at < to; at = this.text.indexOf('\n', at + 1)) { this.#line++ }
        this.#at = to
    }

    #invalid (): CodedError {
        return new CodedError('env-text-invalid', { line: this.#line })
    }
}
