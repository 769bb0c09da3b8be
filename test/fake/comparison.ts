import { openText } from './cipher'
import { isObject, type Json, type JsonObject } from './json'
import { PLACEHOLDER, type Placeholders } from './placeholder'
import type { Recording } from './recording'

/** One place where an answer is not as recorded. */
export interface Difference {
    path: string
    expected: unknown
    got: unknown
}

/** Generic placeholders and what they accept. */
const GENERIC: Record<string, RegExp> = {
    '<time>': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    '<http-date>': /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/,
    '<seconds>': /^\d+$/,
    '<number>': /^\d+$/,
    '<avatar>': /^.+$/,
    '<catalogue-url>': /^https?:\/\/.+$/,
    '<json-parser-message>': /^.+$/
}
const ANY = new RegExp(`${PLACEHOLDER.source}|${Object.keys(GENERIC).join('|')}`, 'g')

/** Compares answers with recorded ones by the rules of test/contract/README.md. Unknown placeholders get their value. */
export class Comparison {
    readonly differences: Difference[] = []
    private readonly recording: Recording
    private readonly placeholders: Placeholders
    /** The message texts of uncaught errors are accidents. */
    private readonly anyMessage: boolean

    constructor (recording: Recording, placeholders: Placeholders, status: number) {
        this.recording = recording
        this.placeholders = placeholders
        this.anyMessage = status >= 500
    }

    compare (expected: Json, got: unknown, path: string): void {
        if (typeof expected === 'string') this.compareText(expected, got, path)
        else if (Array.isArray(expected)) this.compareArray(expected, got, path)
        else if (isObject(expected)) this.compareObject(expected, got, path)
        else if (path.endsWith('.expires_in')) this.check(Math.abs(Number(got) - Number(expected)) <= 5, expected, got, path)
        else this.check(expected === got, expected, got, path)
    }

    private compareObject (expected: JsonObject, got: unknown, path: string): void {
        if (!isObject(got)) return this.check(false, expected, got, path)
        const open = '*' in expected
        const left = new Set(Object.keys(got))
        for (const [name, value] of Object.entries(expected)) {
            if (name === '*') continue
            const key = this.known(name)
            if (left.delete(key)) this.compare(value, got[key], `${path}.${key}`)
            else this.check(false, value, undefined, `${path}.${key}`)
        }
        if (!open) for (const key of left) this.check(false, undefined, got[key], `${path}.${key}`)
    }

    private compareArray (expected: Json[], got: unknown, path: string): void {
        if (!Array.isArray(got)) return this.check(false, expected, got, path)
        if (got.length !== expected.length) return this.check(false, `${expected.length} items`, `${got.length} items`, path)
        const ordered = /\.(instances|projects)$/.test(path) ? this.inOrderOf(expected, got as Json[]) : (got as Json[])
        expected.forEach((item, index) => this.compare(item, ordered[index], `${path}.${index}`))
    }

    /** Instances have no defined order: each is compared with the recorded one of the same id. */
    private inOrderOf (expected: Json[], got: Json[]): Json[] {
        const idOf = (item: Json | undefined): string => (isObject(item) ? this.known(String(item.id)) : '')
        return expected.map((item, index) => got.find((other) => idOf(other) === idOf(item)) ?? got[index] ?? null)
    }

    private compareText (expected: string, got: unknown, path: string): void {
        if (expected.startsWith('<omitted')) return
        const reference = /^<same as: (.*)>$/.exec(expected)?.[1]
        if (reference !== undefined) return this.compare(this.recording.bodyOf(reference), got, path)
        const fixture = this.recording.world.fixtures[expected]
        if (fixture !== undefined) return this.compare(fixture, got, path)
        const cipher = /^<cipher:([^:]+):([^:]+)>$/.exec(expected)
        if (cipher) return this.compareCipher(cipher[1] ?? '', cipher[2] ?? '', got, path)
        if (typeof got !== 'string') return this.check(false, expected, got, path)
        if (this.anyMessage && path.endsWith('.message')) return
        this.check(this.matches(expected, got), this.known(expected), got, path)
    }

    /** True when a text has the recorded form; gives unknown placeholders their value. */
    private matches (expected: string, got: string): boolean {
        const unknown: string[] = []
        let pattern = ''
        let end = 0
        for (const match of expected.matchAll(ANY)) {
            const [name] = match
            const generic = GENERIC[name]?.source.replace(/^\^|\$$/g, '')
            const value = this.placeholders.get(name)
            pattern += escape(expected.slice(end, match.index))
            pattern += value !== undefined ? escape(value) : generic !== undefined ? `(?:${generic})` : '(.+?)'
            if (value === undefined && generic === undefined) unknown.push(name)
            end = match.index + name.length
        }
        const found = new RegExp(`^${pattern}${escape(expected.slice(end))}$`, 's').exec(got)
        unknown.forEach((name, index) => {
            const value = found?.[index + 1]
            if (value !== undefined) this.placeholders.bind(name, value)
        })
        return found !== null
    }

    private compareCipher (secretName: string, plainName: string, got: unknown, path: string): void {
        const { secrets, plaintexts, ciphers } = this.recording.world
        if (typeof got !== 'string' || !/^[0-9a-f]{32}[A-Za-z0-9+/]*=*$/.test(got)) {
            return this.check(false, `a cipher of ${plainName}`, got, path)
        }
        const opened = openText(got, secrets[secretName] ?? '')
        if (plainName === 'number') return this.check(/^\d+$/.test(opened), 'digits', opened, path)
        if (plainName === 'garbage') {
            const known = Object.values(plaintexts).map((plain) => (typeof plain === 'string' ? plain : JSON.stringify(plain)))
            return this.check(!known.includes(opened), 'garbage', opened, path)
        }
        const plain = plaintexts[plainName] ?? ''
        if (typeof plain === 'string') return this.check(plain === opened, plain, opened, path)
        // A plain text can be a cipher itself: credentials that were sealed twice.
        const inner = isObject(plain) && typeof plain.$ === 'string' ? { $: ciphers[plain.$] ?? plain.$ } : plain
        this.compare(inner, parsed(opened), path)
    }

    /** A text with the placeholders that have a value filled in. */
    private known (text: string): string {
        return text.replace(PLACEHOLDER, (name) => this.placeholders.get(name) ?? name)
    }

    private check (right: boolean, expected: unknown, got: unknown, path: string): void {
        if (!right) this.differences.push({ path, expected, got })
    }
}

function parsed (text: string): unknown {
    try {
        return JSON.parse(text) as unknown
    } catch {
        return text
    }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
