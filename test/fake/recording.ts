import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FlowFuseVersion } from './generation'
import { isObject, type Json, type JsonObject } from './json'

export interface Step {
    as?: string
    method?: string
    path?: string
    body?: Json
    binds?: string | string[]
    reset?: true
    settle?: string
    wait?: string
    signIn?: string
    user?: string
    expire?: string
    remark?: string
}

export interface Exchange {
    id: string
    title: string
    as: string
    before?: Step[]
    request: { method: string, path: string, headers?: Record<string, string>, body?: Json, rawBody?: string }
    response: { status: number, contentType: string | null, headers?: JsonObject, body: Json }
    binds?: string[]
}

interface RecordedWorld {
    identities: Record<string, { headers: Record<string, string> }>
    fixtures: Record<string, Json>
    secrets: Record<string, string>
    plaintexts: Record<string, Json>
    ciphers: Record<string, string>
    instances: Record<string, { env: Json, paletteModules: Json }>
}

export interface Scene {
    id: string
    title: string
}

/** A recording of a real platform; see test/contract/README.md. */
export class Recording {
    readonly world: RecordedWorld
    readonly scenes: Scene[]
    readonly exchanges: Exchange[]
    private readonly byId: Map<string, Exchange>

    constructor (version: FlowFuseVersion) {
        const file = new URL(`../contract/flowfuse-${version}.json`, import.meta.url)
        const read = JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as Pick<Recording, 'world' | 'scenes' | 'exchanges'>
        this.world = read.world
        this.scenes = read.scenes
        this.exchanges = read.exchanges
        this.byId = new Map(read.exchanges.map((exchange) => [exchange.id, exchange]))
    }

    /** The exchanges of a scene, in order. */
    exchangesOf (scene: string): Exchange[] {
        return this.exchanges.filter(({ id }) => id.startsWith(`${scene}/`))
    }

    /** The recorded body, or a part of it, that `<same as: ID#a.b>` stands for. */
    bodyOf (reference: string): Json {
        const [id = '', path = ''] = reference.split('#')
        let body = this.byId.get(id)?.response.body
        if (body === undefined) throw new Error(`the recording has no exchange ${id}`)
        for (const key of path.split('.').filter(Boolean)) {
            const part: Json | undefined = isObject(body) ? body[key] : undefined
            if (part === undefined) throw new Error(`the recording has nothing at ${reference}`)
            body = part
        }
        return body
    }
}
