/** JSON from outside: read within limits, and taken apart with errors that name what is missing. */
import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'

export type JsonObject = Record<string, unknown>

/** True for an object that is neither null nor an array. */
export function isObject (value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * What makes a parsed JSON value unfit to be handled: nested deeper than `limits.jsonDepth`, or keys that are made to
 * reach a prototype. Without recursion, so that depth cannot exhaust the stack.
 *
 * Refused are `__proto__` anywhere, and `constructor` where it leads to a `prototype`. Those two are what FlowFuse itself
 * refuses in an upload (secure-json-parse in Fastify). `constructor` or `prototype` alone reach nothing, and a node may
 * well have such a property, so flows that the platform keeps stay readable.
 */
export function unfit (value: unknown): 'depth' | 'key' | null {
    let level = [value]
    for (let depth = 0; level.length > 0; depth++) {
        const below: unknown[] = []
        for (const item of level) {
            if (typeof item !== 'object' || item === null) { continue }
            if (depth >= limits.jsonDepth) { return 'depth' }
            if (Array.isArray(item)) {
                for (const child of item as unknown[]) {
                    if (typeof child === 'object' && child !== null) { below.push(child) }
                }
                continue
            }
            // Unlike Object.entries, this makes nothing.
            for (const key in item) {
                if (!Object.hasOwn(item, key)) { continue }
                if (key === '__proto__') { return 'key' }
                const child = (item as JsonObject)[key]
                if (typeof child !== 'object' || child === null) { continue }
                if (key === 'constructor' && Object.hasOwn(child, 'prototype')) { return 'key' }
                below.push(child)
            }
        }
        level = below
    }
    return null
}

/**
 * The value of a JSON text that came from outside.
 * @param text the JSON text; its size is limited where it is received
 * @param what names the text in the error, e.g. `snapshot`
 * @throws CodedError `answer-unexpected` when it is not JSON (without the parser's message, which quotes the text and
 * with it perhaps a secret), `answer-hostile` when it is too deep or has a hostile key; `params.what` is `what`
 */
export function parseAnswer (text: string, what: string): unknown {
    let value: unknown
    try {
        value = JSON.parse(text)
    } catch {
        throw unexpected(what)
    }
    if (unfit(value)) {
        throw new CodedError('answer-hostile', { what }, 502)
    }
    return value
}

/** The error for an answer that lacks `what` or has it in another shape. */
export function unexpected (what: string): CodedError {
    return new CodedError('answer-unexpected', { what }, 502)
}

/** `value` if it is an object. @throws CodedError `answer-unexpected` */
export function asObject (value: unknown, what: string): JsonObject {
    if (!isObject(value)) { throw unexpected(what) }
    return value
}

/** `value` if it is an array. @throws CodedError `answer-unexpected` */
export function asList (value: unknown, what: string): unknown[] {
    if (!Array.isArray(value)) { throw unexpected(what) }
    return value as unknown[]
}

/*
 * Readers of one field. Only own properties count, and null is absent. They throw CodedError `answer-unexpected` with the
 * field's name, preceded by `of` where given (`snapshot.name`).
 */

export function text (from: JsonObject, key: string, of?: string): string {
    const value = own(from, key)
    if (typeof value !== 'string') { throw missing(key, of) }
    return value
}

/** '' where the field is absent. */
export function optionalText (from: JsonObject, key: string, of?: string): string {
    return own(from, key) === undefined ? '' : text(from, key, of)
}

export function number (from: JsonObject, key: string, of?: string): number {
    const value = own(from, key)
    if (typeof value !== 'number') { throw missing(key, of) }
    return value
}

/** undefined where the field is absent. */
export function optionalNumber (from: JsonObject, key: string, of?: string): number | undefined {
    return own(from, key) === undefined ? undefined : number(from, key, of)
}

export function list (from: JsonObject, key: string, of?: string): unknown[] {
    const value = own(from, key)
    if (!Array.isArray(value)) { throw missing(key, of) }
    return value as unknown[]
}

export function object (from: JsonObject, key: string, of?: string): JsonObject {
    const value = own(from, key)
    if (!isObject(value)) { throw missing(key, of) }
    return value
}

/** undefined where the field is absent. */
export function optionalObject (from: JsonObject, key: string, of?: string): JsonObject | undefined {
    return own(from, key) === undefined ? undefined : object(from, key, of)
}

function own (from: JsonObject, key: string): unknown {
    return Object.hasOwn(from, key) ? from[key] ?? undefined : undefined
}

function missing (key: string, of?: string): CodedError {
    return unexpected(of === undefined ? key : `${of}.${key}`)
}
