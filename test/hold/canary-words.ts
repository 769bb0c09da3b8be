import { randomBytes } from 'node:crypto'

/** A value that must not be found where it has no business. `who`: what it is, in words. */
interface Canary { who: string, value: string }

/** Shorter pieces of a value are found by chance. */
const shortest = 10

/** Values to look for, in every form in which they may lie somewhere. */
export class Canaries {
    private readonly all = new Map<string, Canary>()

    /**
     * A new value. It has a core of letters and digits, which no escape changes, and around it what most forms escape. No two begin alike:
     * who takes out one that was cut short would take out another along with it.
     */
    make (who: string, { plain = false } = {}): string {
        const core = `${randomBytes(9).toString('hex')}k4n4ry`
        const value = plain ? core : `"ä+/ ${core}%&<`
        this.all.set(core, { who, value: core })
        return value
    }

    /** A value that something else has made. */
    add (who: string, value: unknown): void {
        if (typeof value === 'string' && value.length >= shortest) {
            this.all.set(value, { who, value })
        }
    }

    get count (): number {
        return this.all.size
    }

    /** What is found in a text or in bytes, in words. */
    foundIn (content: string | Buffer): string[] {
        const bytes = typeof content === 'string' ? Buffer.from(content) : content
        return [...this.all.values()].filter(({ value }) => formsOf(value).some(form => bytes.includes(form))).map(({ who }) => who)
    }
}

const known = new Map<string, Buffer[]>()

/** As it is, escaped in JSON and in addresses, in base64 wherever in a longer text it begins, in hex, and in UTF-16. */
function formsOf (value: string): Buffer[] {
    const forms = known.get(value) ?? [...new Set([
        value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), Buffer.from(value).toString('hex'), ...inBase64(Buffer.from(value))
    ])].flatMap(form => [Buffer.from(form), Buffer.from(form, 'utf16le')])
    known.set(value, forms)
    return forms
}

/** The characters that do not depend on what stands before and after. */
function inBase64 (bytes: Buffer): string[] {
    return [0, 1, 2].flatMap(before => {
        const shifted = Buffer.concat([Buffer.alloc(before), bytes])
        const whole = Math.floor(shifted.length / 3) * 3
        const skip = before === 0 ? 0 : 4
        return [shifted.subarray(0, whole).toString('base64').slice(skip), shifted.subarray(0, whole).toString('base64url').slice(skip)]
    }).filter(form => form.length >= shortest)
}
