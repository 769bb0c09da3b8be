import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { get, request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { answerFault } from '../fake/fault'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed, type LocalOptions } from '../node-red/local'
import { Canaries } from './canary-words'

/** Somewhere a secret could have got to. */
export interface Place { where: string, content: string | Buffer }

export interface Answered { status: number, headers: Record<string, string>, text: string, json: Record<string, unknown> }

/** A real Node-RED with the plugin whose every secret is a canary, beside a platform in memory. What the plugin tells anybody is kept. */
export class CanaryWorld {
    readonly canaries = new Canaries()
    readonly places: Place[] = []
    readonly secret = { credentials: this.canaries.make('Node-RED’s credential secret', { plain: true }), host: this.canaries.make('a variable of the host', { plain: true }) }
    local!: LocalNodeRed
    private readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'ffs-canaries-')))
    private printed = ''

    private constructor (readonly fake: FakeFlowFuse, private readonly binary: LocalOptions['binary']) {}

    static async start (binary?: LocalOptions['binary']): Promise<CanaryWorld> {
        const world = new CanaryWorld(await startFakeFlowFuse({ version: '2.33.2' }), binary)
        for (const [user, token] of Object.entries(world.fake.tokens)) {
            world.canaries.add(`the token of ${user}`, token)
        }
        world.watchTokens()
        await world.startNodeRed(world.secret.credentials)
        return world
    }

    /** Also anew, on the same folder: `former` stays a canary. */
    async startNodeRed (credentialSecret: string): Promise<void> {
        mkdirSync(this.copies, { recursive: true })
        const port = this.local === undefined ? undefined : Number(new URL(this.local.url).port)
        this.local = await startNodeRed({
            userDir: this.userDir,
            settings: `credentialSecret: ${JSON.stringify(credentialSecret)},
                logging: { console: { level: 'trace', metrics: true, audit: true } },
                httpStaticAuth: { user: 'static', pass: ${JSON.stringify(this.canaries.make('a password in settings.js'))} },`,
            environment: { FFS_CANARY_HOST: this.secret.host, WRITTEN_BELOW: join(this.userDir, 'flowfuse-snapshots'), WRITTEN_COPIES: this.copies, TMPDIR: this.temporary },
            nodeArguments: ['--require', join(__dirname, 'written-files.cjs')],
            port,
            binary: this.binary
        })
    }

    async stopNodeRed (): Promise<void> {
        await this.local.stop()
        this.printed += this.local.output()
    }

    async stop (): Promise<void> {
        await this.local?.stop()
        await this.fake.stop()
        rmSync(this.folder, { recursive: true, force: true })
    }

    get userDir (): string {
        return join(this.folder, 'user')
    }

    /** A request as the editor sends it. @param more.isFile the answer is a file that the user saves, which may hold what is asked for */
    async ask (method: string, path: string, body?: unknown, more: { headers?: Record<string, string>, isFile?: boolean } = {}): Promise<Answered> {
        const { headers = {}, isFile = false } = more
        const origin = this.local.url
        const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
        const answer = await this.send(method, `${origin}/${path}`, text, { origin, 'content-type': 'application/json', ...headers })
        if (!isFile) {
            this.places.push({ where: `the answer to ${method} ${path.replace(/[0-9a-f-]{20,}/g, ':id')} (${answer.status})`, content: JSON.stringify(answer.headers) + answer.text })
        }
        return answer
    }

    /** As `ask`, below the plugin's own path, for what has to go through. */
    async must (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
        const { status, text, json } = await this.ask(method, `flowfuse-snapshots/${path}`, body)
        if (status >= 300) {
            throw new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`)
        }
        return json
    }

    /** Work that is begun by a request, to its end. */
    async job (path: string, body: unknown): Promise<{ state: string, error: { code: string } | null, result: Record<string, unknown> }> {
        let job = await this.must('POST', path, body)
        while (job.state === 'running') {
            await delay(20)
            job = await this.must('GET', `jobs/${String(job.id)}`)
        }
        return job as never
    }

    /** A browser window goes somewhere; what it is told is not followed. */
    async visit (url: string, headers: Record<string, string> = {}): Promise<Answered> {
        const answer = await this.send('GET', url, undefined, headers)
        if (url.startsWith(this.local.url)) {
            this.places.push({ where: 'a page of the sign-in window', content: answer.text })
        }
        return answer
    }

    /** Everything that the platform was sent and that nobody else may see, and what is left in files and logs. */
    gather (): void {
        for (const { path, headers, body } of this.fake.requests) {
            this.canaries.add('a token', headers.authorization?.replace(/^Bearer /, ''))
            const { credentialSecret, refresh_token: refresh, code_verifier: verifier } = (body ?? {}) as Record<string, unknown>
            this.canaries.add(`the one-time secret of ${path}`, credentialSecret)
            this.canaries.add('a refresh token', refresh)
            this.canaries.add('a verifier', verifier)
        }
        this.places.push({ where: 'Node-RED’s log', content: this.printed + this.local.output() })
        for (const [name, folder] of [['a file in the user folder', this.userDir], ['a file that was there for a moment', this.copies], ['a temporary file', this.temporary]] as const) {
            this.places.push(...filesIn(folder).map(file => ({ where: `${name}: ${file.slice(folder.length + 1)}`, content: readFileSync(file) })))
        }
    }

    /** Where which canaries were found, in words; each once. */
    findings (): string[] {
        return [...new Set(this.places.flatMap(({ where, content }) => this.canaries.foundIn(content).map(who => `${who} is in ${where}`)))]
    }

    private get copies (): string {
        return this.made('copies')
    }

    private get temporary (): string {
        return this.made('temporary')
    }

    private made (name: string): string {
        mkdirSync(join(this.folder, name), { recursive: true })
        return join(this.folder, name)
    }

    /** Tokens are known only from the answer that gives them. */
    private watchTokens (): void {
        this.fake.respondWith({ method: 'POST', path: '/account/token' }, (incoming, response, recorded, normally) => {
            const answer = normally()
            const { access_token: access, refresh_token: refresh } = (answer.json ?? {}) as Record<string, unknown>
            this.canaries.add('an access token', access)
            this.canaries.add('a refresh token', refresh)
            return answerFault({ status: answer.status, body: answer.json }, incoming, response, recorded, normally)
        }, Infinity)
    }

    private async send (method: string, url: string, body: string | undefined, headers: Record<string, string>): Promise<Answered> {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
            const content = body ?? '{}'
            const sent = method === 'GET'
                ? get(url, { headers }, resolve)
                : request(url, { method, headers: { ...headers, 'content-length': Buffer.byteLength(content) } }, resolve).end(content)
            sent.on('error', reject)
        })
        let text = ''
        response.setEncoding('utf8')
        for await (const piece of response) {
            text += String(piece)
        }
        const all = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
        return { status: response.statusCode ?? 0, headers: all, text, json: parsed(text) }
    }
}

function parsed (text: string): Record<string, unknown> {
    try {
        return JSON.parse(text) as Record<string, unknown>
    } catch {
        return {}
    }
}

/** All but Node-RED's own settings, which the operator writes, and modules. */
function filesIn (folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
        const path = join(folder, entry.name)
        if (entry.isDirectory()) {
            return entry.name === 'node_modules' ? [] : filesIn(path)
        }
        return entry.isFile() && entry.name !== 'settings.js' ? [path] : []
    })
}
