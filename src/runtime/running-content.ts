import { createHash, randomBytes } from 'node:crypto'
import { variableFingerprint } from '../snapshot/canonical'
import type { Beside, NodeState } from '../snapshot/changes-since'
import type { Modules } from '../snapshot/model'
import type { ModulesInUse } from '../snapshot/modules'
import { capture } from './capture'
import { hostEnvironment } from './environment'
import { runningCredentialsTag } from './local-capture'
import { installedModules } from './modules'
import type { NodeRed } from './node-red'
import { nodeStates } from './node-states'
import type { Connections } from './store/connections'

/** What runs here, as far as it tells what changed. */
export interface Content {
    states: NodeState[]
    modules: Modules
    /** The same for the same nodes, credentials and modules, wherever the nodes stand. */
    digest: string
    /** The same without the modules. */
    nodes: string
}

interface Walked { revision: string, credentialsTag: string, states: NodeState[], modulesInUse: ModulesInUse }

/** What runs here. The nodes are walked anew only when flows or credentials changed since. */
export class RunningContent {
    /** Of credentials' tags; lasts as long as this process. */
    private readonly key = randomBytes(32)
    private walked: Walked | null = null
    private walking: Promise<Walked> | null = null

    constructor (private readonly nodeRed: NodeRed, private readonly connections: Pick<Connections, 'fingerprintKey'>) {}

    /** @returns null before the first sign-in @throws CodedError as `capture` does */
    async get (): Promise<Content | null> {
        const key = await this.connections.fingerprintKey()
        if (key === null) {
            return null
        }
        this.walking ??= this.walk(key).finally(() => { this.walking = null })
        const { states, modulesInUse } = await this.walking
        const { modules } = await installedModules(this.nodeRed, modulesInUse)
        const nodes = states.map(({ id, hash }) => [id, hash])
        return { states, modules, digest: digestOf([...nodes, ...Object.entries(modules)]), nodes: digestOf(nodes) }
    }

    /** What stands beside the nodes, to be compared with what was sent: the same variables, with the values that they have here now. */
    async beside ({ modules }: Pick<Content, 'modules'>, sent: Pick<Beside, 'variables'>): Promise<Beside> {
        const key = await this.connections.fingerprintKey()
        const host = hostEnvironment(process.env, this.nodeRed.setting('envVarExcludes'))
        const values = Object.keys(sent.variables).map(name => [name, Object.hasOwn(host, name) ? host[name] : undefined] as const)
        const set = values.filter((entry): entry is [string, string] => entry[1] !== undefined)
        const variables = key === null ? [] : set.map(([name, value]) => [name, variableFingerprint(key, name, value)] as const)
        return { modules, variables: Object.fromEntries(variables) }
    }

    private async walk (key: Uint8Array): Promise<Walked> {
        const { nodeRed } = this
        const revision = (await nodeRed.liveFlows())?.rev ?? ''
        const credentialsTag = await runningCredentialsTag(nodeRed, this.key)
        if (this.walked?.revision === revision && this.walked.credentialsTag === credentialsTag) {
            return this.walked
        }
        const captured = await capture(nodeRed, { withoutReferences: true })
        const walked = { revision: captured.revision, credentialsTag, states: await nodeStates(captured, key), modulesInUse: captured.modulesInUse }
        // A deploy in between: it is walked again when asked for the next time.
        this.walked = captured.revision === revision ? walked : null
        return walked
    }
}

/** The same in whatever order. */
function digestOf (entries: string[][]): string {
    return createHash('sha256').update(entries.map(entry => JSON.stringify(entry)).sort().join('\n')).digest('hex')
}
