import { mayHoldNames } from '../snapshot/referred-names'

const pieceBytes = 64 * 1024
/** Bytes of UTF-8 that one unit of a JavaScript string takes at most. */
const widest = 3
/** Longer texts are left to JSON.stringify, and so is what is nested deeper. */
const longText = 1000
const deep = 100

const code = (character: string) => character.charCodeAt(0)
const [quote, backslash, comma, colon, dollar, space, tilde] = [code('"'), code('\\'), code(','), code(':'), code('$'), code(' '), code('~')]
const [v, n, e, S, t, g] = [code('v'), code('n'), code('e'), code('S'), code('t'), code('g')]

/**
 * A JSON array or object written entry by entry into buffers of about 64 kB: the text that JSON.stringify gives, but outside of V8's heap and
 * without its strings in between, which for a large flow set are many times its size. No entry is spread over two pieces, and each has a
 * separator before it: the opening bracket, then commas.
 */
export class JsonPieces {
    private readonly pieces: Buffer[] = []
    private piece = Buffer.allocUnsafeSlow(pieceBytes)
    /** In the present piece: its end, the start of the present entry, and what the hash has had. */
    private used = 0
    private start = 0
    private hashed = 0
    private separator: number
    /** False when nothing in the present entry looks like naming a variable, see `mayHoldNames`. */
    private mayName = false

    /** @param hash gets the whole text, except as `addInPlaceOf` is told */
    constructor (private readonly brackets: '[]' | '{}', private readonly hash?: { update (part: string | Uint8Array): void }) {
        this.separator = code(brackets)
    }

    /** Adds an entry to an array. @returns whether it may name variables */
    add (value: unknown): boolean {
        this.begin()
        this.entry(value)
        return this.mayName
    }

    /** Adds a member to an object. @returns whether its value may name variables */
    addMember (key: string, value: unknown): boolean {
        this.begin()
        this.text(key)
        this.character(colon)
        this.mayName = false
        this.entry(value)
        return this.mayName
    }

    /** Adds an entry to an array while the hash gets another one. */
    addInPlaceOf (original: unknown, value: unknown): void {
        this.begin()
        this.hashUpTo(this.used)
        this.hash?.update(JSON.stringify(original))
        this.entry(value)
        this.hashed = this.used
    }

    /** Nothing can be added any more. */
    end (): Buffer[] {
        this.start = this.used
        this.keep()
        const [opening = '', closing = ''] = this.brackets
        const last = Buffer.from(this.pieces.length === 0 ? opening + closing : closing)
        this.hash?.update(last)
        return [...this.pieces, last]
    }

    private begin (): void {
        this.start = this.used
        this.mayName = false
        this.character(this.separator)
        this.separator = comma
    }

    private entry (value: unknown): void {
        const before = this.used - this.start
        if (!this.value(value, 0)) {
            this.used = this.start + before
            this.copy(JSON.stringify(value) ?? 'null')
        }
    }

    /** @returns false for what JSON treats in ways of its own, like dates, functions and undefined */
    private value (value: unknown, depth: number): boolean {
        switch (typeof value) {
        case 'string':
            this.text(value)
            return true
        case 'number':
            this.ascii(Number.isFinite(value) ? String(value) : 'null')
            return true
        case 'boolean':
            this.ascii(value ? 'true' : 'false')
            return true
        case 'object':
            if (value === null) {
                this.ascii('null')
                return true
            }
            return depth < deep && (Array.isArray(value) ? this.array(value, depth + 1) : this.object(value as Record<string, unknown>, depth + 1))
        default:
            return false
        }
    }

    private array (values: unknown[], depth: number): boolean {
        this.ascii('[')
        for (let index = 0; index < values.length; index++) {
            if (index > 0) {
                this.character(comma)
            }
            if (!this.value(values[index], depth)) {
                return false
            }
        }
        this.ascii(']')
        return Object.getPrototypeOf(values) === Array.prototype
    }

    private object (object: Record<string, unknown>, depth: number): boolean {
        if (Object.getPrototypeOf(object) !== Object.prototype) {
            return false
        }
        let isFirst = true
        this.ascii('{')
        // Unlike Object.keys, this makes no array.
        for (const key in object) {
            if (!Object.hasOwn(object, key)) {
                continue
            }
            if (!isFirst) {
                this.character(comma)
            }
            isFirst = false
            this.text(key)
            this.character(colon)
            if (!this.value(object[key], depth)) {
                return false
            }
        }
        this.ascii('}')
        return true
    }

    /** A string in quotes: most are short and need no escapes. */
    private text (text: string): void {
        const { length } = text
        if (length > longText) {
            this.copy(JSON.stringify(text))
            return
        }
        this.reserve(length + 2)
        const { piece } = this
        let at = this.used
        let mayName = text.charCodeAt(0) === dollar
        piece[at++] = quote
        for (let index = 0; index < length; index++) {
            const next = text.charCodeAt(index)
            if (next < space || next > tilde || next === quote || next === backslash) {
                this.copy(JSON.stringify(text))
                return
            }
            // Of `env` and `getSetting`, without looking at every character more than once.
            if ((next === v && piece[at - 1] === n && piece[at - 2] === e) || (next === S && piece[at - 1] === t && piece[at - 3] === g)) {
                mayName = true
            }
            piece[at++] = next
        }
        piece[at++] = quote
        this.used = at
        this.mayName ||= mayName
    }

    /** What is JSON already. */
    private copy (json: string): void {
        this.reserve(json.length * widest > this.piece.length - this.used ? Buffer.byteLength(json) : 0)
        this.used += this.piece.write(json, this.used)
        this.mayName ||= mayHoldNames(json)
    }

    private ascii (text: string): void {
        this.reserve(text.length)
        for (let index = 0; index < text.length; index++) {
            this.piece[this.used++] = text.charCodeAt(index)
        }
    }

    private character (character: number): void {
        this.reserve(1)
        this.piece[this.used++] = character
    }

    /** Makes room for so many bytes: what is before the present entry is a piece, the entry itself moves on to another. */
    private reserve (bytes: number): void {
        if (this.used + bytes > this.piece.length) {
            this.flush(bytes)
        }
    }

    private flush (bytes: number): void {
        this.keep()
        const { start, used, piece } = this
        const length = used - start
        this.piece = Buffer.allocUnsafeSlow(Math.max(pieceBytes, length + bytes, length * 2))
        this.piece.set(piece.subarray(start, used))
        this.hashed -= start
        this.used = length
        this.start = 0
    }

    /** What is before the present entry. */
    private keep (): void {
        if (this.start > 0) {
            this.hashUpTo(this.start)
            this.pieces.push(this.piece.subarray(0, this.start))
        }
    }

    private hashUpTo (end: number): void {
        if (end > this.hashed) {
            this.hash?.update(this.piece.subarray(this.hashed, end))
            this.hashed = end
        }
    }
}

/** Reads the entries of such pieces again, piece by piece: each as an array, or object, of its own. */
export function * parsePieces (pieces: Buffer[]): Generator<unknown, void, undefined> {
    const [opening = '', closing = ''] = pieces[0]?.toString('latin1', 0, 1) === '{' ? '{}' : '[]'
    // The last piece holds no entry.
    for (const piece of pieces.slice(0, -1)) {
        yield JSON.parse(opening + piece.toString('utf8', 1) + closing)
    }
}
