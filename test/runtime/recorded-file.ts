import { openExport } from '../../src/runtime/pull-opening'
import type { FileContent } from '../../src/runtime/file-source'
import type { ViewOrigin } from '../../src/shared/views'
import { sealText } from '../fake/cipher'
import { isObject, type Json, type JsonObject } from '../fake/json'
import type { Recording } from '../fake/recording'

/** A recorded answer or body with everything in it that a placeholder stands for: ids are made up, and ciphers sealed anew. */
export function filled (recording: Recording, value: Json): Json {
    const { fixtures, secrets, plaintexts } = recording.world
    if (Array.isArray(value)) { return value.map(item => filled(recording, item)) }
    if (isObject(value)) { return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(recording, item)])) }
    if (typeof value !== 'string') { return value }
    const reference = /^<same as: (.*)>$/.exec(value)?.[1]
    if (reference !== undefined) { return filled(recording, recording.bodyOf(reference)) }
    const [, secret, plain] = /^<cipher:([^:]+):([^:]+)>$/.exec(value) ?? []
    if (secret !== undefined) {
        const text = plaintexts[plain!]!
        return sealText(typeof text === 'string' ? text : JSON.stringify(text), secrets[secret]!)
    }
    const made = value === '<time>' ? '2026-01-02T03:04:05.678Z' : value.replace(/<catalogue-url>/, 'https://catalogue.example/c.json')
    return fixtures[value] ?? made.replace(/<snapshot:[^<>]*>/g, 'AbCdEfGhIj').replace(/<user:[^<>]*>/g, 'KlMnOpQrSt').replace(/<avatar>/g, '/avatar/x')
}

/** A snapshot as FlowFuse exports it, opened. */
export function opened (exported: object, secret: string, from?: ViewOrigin): FileContent {
    const open = openExport({ bytes: Buffer.from(JSON.stringify(exported)), secret, fingerprintKey: new Uint8Array(32) })
    const { name, description, createdAt, updatedAt } = open.about
    return { from: from ?? { kind: 'file', name: 'x.json' }, name, description, createdAt, updatedAt, opened: open, credentials: 'included', flowsOnly: false }
}

/** A small snapshot, opened, with what a test wants otherwise. */
export function content (change: { name?: string, credentials?: FileContent['credentials'], from?: ViewOrigin, settings?: JsonObject, flows?: unknown, members?: JsonObject } = {}): FileContent {
    const { name = 'v1', credentials = 'included', from, settings = {}, flows = [{ id: 't', type: 'tab' }, { id: 'n', type: 'x', z: 't' }], members = {} } = change
    const exported = {
        ...members, id: 'AbCdEfGhIj', name, description: 'about', createdAt: '2026-01-02T03:04:05.678Z', updatedAt: '2026-02-03T04:05:06.789Z',
        flows: { flows, credentials: { n: { password: 'p4ss' } } },
        settings: { settings: {}, env: {}, modules: {}, ...settings }
    }
    return { ...opened(exported, 'unused', from), credentials }
}
