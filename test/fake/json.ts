/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | JsonObject
export type JsonObject = { [key: string]: Json }

/** True for a JSON object: neither null nor an array. */
export function isObject (value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A deep copy of plain data, so that nobody outside can change what the platform keeps. */
export function copy <T extends Json | undefined> (value: T): T {
    return value === undefined ? value : structuredClone(value)
}
