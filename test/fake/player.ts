import { createHash, randomBytes } from 'node:crypto'
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { gzipSync } from 'node:zlib'
import { Comparison, type Difference } from './comparison'
import { isObject, type Json } from './json'
import { Placeholders, placeholdersOf } from './placeholder'
import type { FakeFlowFuse } from './platform'
import type { Exchange, Recording, Step } from './recording'

interface Reply {
    status: number
    headers: IncomingHttpHeaders
    /** JSON value, or the text of any other answer. */
    body: unknown
}

interface Outgoing {
    method: string
    path: string
    headers?: Record<string, string>
    body?: Buffer
}

/** Plays recorded exchanges against a fake and tells what is different. */
export class Player {
    private readonly recording: Recording
    private readonly fake: FakeFlowFuse
    private readonly placeholders: Placeholders
    private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 })
    private clock = 0

    constructor (recording: Recording, fake: FakeFlowFuse) {
        this.recording = recording
        this.fake = fake
        this.placeholders = new Placeholders(placeholdersOf(fake), recording.world.fixtures)
    }

    close (): void {
        this.agent.destroy()
    }

    /** Does what comes before an exchange, then the exchange itself; gives back the differences. */
    async play (exchange: Exchange): Promise<Difference[]> {
        for (const step of exchange.before ?? []) await this.prepare(step)
        const reply = await this.send({
            method: exchange.request.method,
            path: this.placeholders.fill(exchange.request.path),
            ...this.content(exchange.request),
            headers: { ...(await this.identity(exchange.as)), ...this.content(exchange.request).headers }
        })
        return this.differences(exchange, reply)
    }

    private differences ({ response, binds = [] }: Exchange, reply: Reply): Difference[] {
        for (const name of binds) this.placeholders.forget(name)
        const comparison = new Comparison(this.recording, this.placeholders, response.status)
        comparison.compare(response.status, reply.status, 'status')
        comparison.compare(response.contentType, reply.headers['content-type'] ?? null, 'contentType')
        comparison.compare(response.body, reply.body, 'body')
        for (const [name, value] of Object.entries(response.headers ?? {})) {
            comparison.compare(value, reply.headers[name], `headers.${name}`)
        }
        const unbound = binds.filter((name) => this.placeholders.get(name) === undefined)
        return [...comparison.differences, ...unbound.map((name) => ({ path: 'binds', expected: name, got: undefined }))]
    }

    private async prepare (step: Step): Promise<void> {
        if (step.reset) await this.reset()
        else if (step.settle) await this.settle(step.settle)
        else if (step.wait) this.wait(Number.parseInt(step.wait, 10))
        else if (step.signIn) await this.signIn(step.signIn, step.user ?? '')
        else if (step.expire) this.fake.expire(this.placeholders.fill(step.expire))
        else if (step.method) {
            const { body } = await this.ask(step.as ?? '', step.method, step.path ?? '', step.body)
            for (const name of [step.binds ?? []].flat()) {
                if (isObject(body) && typeof body.id === 'string') this.placeholders.bind(name, body.id)
            }
        }
    }

    /** The clock of the fake goes on; nobody has to wait. */
    private wait (ms: number): void {
        this.clock += ms
        this.fake.advance(ms)
    }

    /** The reset of the recordings; see `world.reset`. */
    private async reset (): Promise<void> {
        const owners = [
            'projects/<instance:filler>',
            'projects/<instance:labeller>',
            'devices/<device:edge-app>',
            'devices/<device:edge-inst>',
            'devices/<device:edge-spare>'
        ]
        for (const owner of owners) {
            const { body } = await this.ask('alice-pat', 'GET', `/api/v1/${owner}/snapshots`)
            const snapshots = isObject(body) && Array.isArray(body.snapshots) ? body.snapshots.filter(isObject) : []
            for (const { id } of snapshots) await this.ask('alice-pat', 'DELETE', `/api/v1/snapshots/${String(id)}`)
        }
        const filler = this.recording.world.instances['<instance:filler>']
        await this.ask('alice-pat', 'PUT', '/api/v1/projects/<instance:filler>', {
            settings: {
                env: filler?.env ?? [],
                palette: { modules: filler?.paletteModules ?? [] },
                header: { title: 'filler' },
                disableTours: false
            }
        })
        await this.settle('<instance:filler>')
    }

    private async settle (instance: string): Promise<void> {
        for (let looks = 0; looks < 20; looks += 1) {
            const { body } = await this.ask('alice-pat', 'GET', `/api/v1/projects/${instance}`)
            const state = isObject(body) && isObject(body.meta) ? body.meta.state : undefined
            if (state === 'running' || state === 'suspended') return
        }
        throw new Error(`${instance} does not settle`)
    }

    /** The whole OAuth sign-in of a user who is logged in. */
    private async signIn (name: string, user: string): Promise<void> {
        const verifier = randomBytes(32).toString('base64url')
        const redirectUri = 'http://127.0.0.1:1880/flowfuse-nr-tools/auth/callback'
        const query = new URLSearchParams({
            client_id: 'ff-plugin',
            scope: 'ff-plugin',
            response_type: 'code',
            state: name,
            code_challenge: createHash('sha256').update(verifier).digest('base64url'),
            code_challenge_method: 'S256',
            redirect_uri: redirectUri
        })
        const started = await this.send({ method: 'GET', path: `/account/authorize?${query.toString()}` })
        const request = started.headers.location?.split('/').at(-1) ?? ''
        const cookie = this.placeholders.fill(user.replace('<user:', '<cookie:'))
        const completed = await this.send({ method: 'GET', path: `/account/complete/${request}`, headers: { cookie: `sid=${cookie}` } })
        const code = new URL(completed.headers.location ?? 'http://none').searchParams.get('code')
        const body = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: 'ff-plugin', code_verifier: verifier }
        const tokens = await this.send({ method: 'POST', path: '/account/token', ...jsonContent(body) })
        if (!isObject(tokens.body)) throw new Error(`no sign-in for ${user}`)
        this.placeholders.bind(`<token:${name}>`, String(tokens.body.access_token))
        this.placeholders.bind(`<refresh:${name}>`, String(tokens.body.refresh_token))
    }

    /** Headers of an identity. A plugin token that no exchange has made is made by a sign-in. */
    private async identity (as: string): Promise<Record<string, string>> {
        const headers = this.recording.world.identities[as]?.headers
        if (!headers) throw new Error(`the recording has no identity ${as}`)
        const user = /^(\w+)-oauth$/.exec(as)?.[1]
        if (user && this.placeholders.get(`<token:${as}>`) === undefined) await this.signIn(as, `<user:${user}>`)
        return this.filled(headers)
    }

    private filled (headers: Record<string, string>): Record<string, string> {
        return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.placeholders.fill(value)]))
    }

    private async ask (as: string, method: string, path: string, body?: Json): Promise<Reply> {
        const content = this.content({ ...(body !== undefined && { body }) })
        const headers = { ...(await this.identity(as)), ...content.headers }
        return this.send({ method, path: this.placeholders.fill(path), ...content, headers })
    }

    private content ({ body, rawBody, headers = {} }: Pick<Exchange['request'], 'body' | 'rawBody' | 'headers'>): Partial<Outgoing> {
        const filled = this.filled(headers)
        if (rawBody?.startsWith('<omitted: gzip of ')) {
            return { headers: filled, body: gzipSync(rawBody.replace(/^<omitted: gzip of (.*)>$/, '$1')) }
        }
        if (rawBody !== undefined) return { headers: filled, body: Buffer.from(this.placeholders.fill(rawBody)) }
        if (body === undefined) return { headers: filled }
        const size = typeof body === 'string' ? /of exactly (\d+) bytes>$/.exec(body)?.[1] : undefined
        const now = Date.now() + this.clock
        const value = size === undefined ? this.placeholders.fillAll(body, this.recording.world.ciphers, now) : bigBody(Number(size))
        const content = jsonContent(value)
        return { body: content.body, headers: { ...content.headers, ...filled } }
    }

    private async send ({ method, path, headers, body }: Outgoing): Promise<Reply> {
        return new Promise((resolve, reject) => {
            const { hostname, port } = new URL(this.fake.url)
            const length = body && { 'content-length': String(body.length) }
            const request = httpRequest({ agent: this.agent, hostname, port, method, path, headers: { ...headers, ...length } })
            request.on('error', reject)
            request.on('response', (response) => {
                const chunks: Buffer[] = []
                response.on('data', (chunk: Buffer) => chunks.push(chunk))
                response.on('error', reject)
                response.on('end', () => {
                    const text = Buffer.concat(chunks).toString('utf8')
                    const json = response.headers['content-type']?.startsWith('application/json')
                    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: json ? (JSON.parse(text) as unknown) : text })
                })
            })
            request.end(body)
        })
    }
}

function jsonContent (value: unknown): { body: Buffer, headers: Record<string, string> } {
    return { body: Buffer.from(JSON.stringify(value)), headers: { 'content-type': 'application/json' } }
}

/** A snapshot whose JSON text has exactly this many bytes. */
function bigBody (bytes: number): Json {
    const empty = JSON.stringify({ name: 'big', description: '' }).length
    return { name: 'big', description: 'y'.repeat(bytes - empty) }
}
