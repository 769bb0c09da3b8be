const pieceBytes = 64 * 1024

/** Bytes of UTF-8 that one unit of a JavaScript string takes at most. */
const widest = 3

/**
 * A JSON array or object written entry by entry into buffers of about 64 kB: one copy of the text outside of V8's heap, few chunks on the
 * wire. No entry is spread over two pieces, and each has a separator before it: the opening bracket, then commas.
 */
export class JsonPieces {
    private readonly pieces: Buffer[] = []
    private piece = Buffer.allocUnsafeSlow(pieceBytes)
    private used = 0
    private hashed = 0
    private separator: string

    /** @param hash gets the whole text, except as `add` is told */
    constructor (private readonly brackets: '[]' | '{}', private readonly hash?: { update (part: string | Uint8Array): void }) {
        this.separator = brackets.charAt(0)
    }

    /** @param original what goes into the hash in the place of `json` */
    add (json: string, original = json): void {
        const longest = 1 + json.length * widest
        if (longest > this.piece.length - this.used) {
            this.flush()
        }
        if (longest > pieceBytes) {
            this.piece = Buffer.allocUnsafeSlow(1 + Buffer.byteLength(json))
        }
        this.used += this.piece.write(this.separator, this.used, 'latin1')
        if (original !== json) {
            this.hashUsed()
            this.hash?.update(original)
        }
        this.used += this.piece.write(json, this.used)
        if (original !== json) {
            this.hashed = this.used
        }
        this.separator = ','
    }

    /** Nothing can be added any more. */
    end (): Buffer[] {
        this.flush()
        const [opening = '', closing = ''] = this.brackets
        const last = Buffer.from(this.pieces.length === 0 ? opening + closing : closing)
        this.hash?.update(last)
        return [...this.pieces, last]
    }

    private flush (): void {
        if (this.used > 0) {
            this.hashUsed()
            this.pieces.push(this.piece.subarray(0, this.used))
            this.piece = Buffer.allocUnsafeSlow(pieceBytes)
            this.used = 0
            this.hashed = 0
        }
    }

    private hashUsed (): void {
        this.hash?.update(this.piece.subarray(this.hashed, this.used))
        this.hashed = this.used
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
