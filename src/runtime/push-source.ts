import { createHash } from 'node:crypto'
import { CodedError } from '../shared/errors'
import { validName, withheld } from '../snapshot/environment'
import type { ModuleList } from '../snapshot/modules'
import { capture, type Capture } from './capture'
import { hostEnvironment, type HostEnvironment } from './environment'
import { installedModules } from './modules'
import type { NodeRed } from './node-red'
import type { KeptVariables } from './store/kept-variables'
import type { LocalSnapshots, OpenedSnapshot } from './store/local-snapshots'

/** What a push is made of. Holds secrets in clear: never kept, logged or shown. */
export interface PushSource {
    captured: Capture
    modules: ModuleList
    /** The values that variables are sent with. */
    host: HostEnvironment
    /** Variables that may travel although no flow refers to them, because the user has set them in the plugin. */
    kept: Array<{ name: string, hidden: boolean }>
}

/** What runs, the host's variables, and those kept by the plugin, which are in the process too. @throws CodedError as `capture` does */
export async function runningSource (nodeRed: NodeRed, variables?: KeptVariables, whileWalking?: () => void): Promise<PushSource> {
    const captured = await capture(nodeRed, { whileWalking })
    const host = hostEnvironment(process.env, nodeRed.setting('envVarExcludes'))
    const kept = (await variables?.list() ?? []).map(({ name, hidden }) => ({ name, hidden })).filter(({ name }) => mayTravel(name, host))
    return { captured, modules: await installedModules(nodeRed, captured.modulesInUse), host, kept }
}

/**
 * A local snapshot: its flows, credentials and modules as they were, its variables over those of the host.
 * @throws CodedError `local-without-credentials`, and as `LocalSnapshots.open`
 */
export async function localSource (nodeRed: NodeRed, snapshots: Pick<LocalSnapshots, 'open'>, id: string): Promise<PushSource> {
    const opened = await snapshots.open(id)
    const captured = await captureOf(opened)
    const own = Object.entries(opened.env).map(([name, value]) => typeof value === 'string'
        ? { name, hidden: false, value }
        : { name, hidden: true, value: value.value })
    const host = { ...hostEnvironment(process.env, nodeRed.setting('envVarExcludes')) }
    own.forEach(({ name, value }) => { host[name] = value ?? undefined })
    const kept = own.map(({ name, hidden }) => ({ name, hidden })).filter(({ name }) => mayTravel(name, host))
    return { captured, modules: { modules: opened.modules, leftOut: [], missingTypes: [] }, host, kept }
}

async function captureOf ({ head, flows, flowsJson, credentials }: OpenedSnapshot): Promise<Capture> {
    if (credentials === null) {
        throw new CodedError('local-without-credentials', { name: head.name }, 409)
    }
    const hash = createHash('sha256')
    flowsJson.forEach(piece => hash.update(piece))
    const rev = hash.digest('hex')
    const captured = await capture({
        lacksCredentials: async () => false,
        liveFlows: async () => ({ flows, rev }),
        credentials: id => Object.hasOwn(credentials, id) ? credentials[id] : undefined
    })
    // Node-RED's own revision of these flows, so that it is known again while they run.
    return { ...captured, revision: head.revision }
}

function mayTravel (name: string, host: HostEnvironment): boolean {
    return Object.hasOwn(host, name) && host[name] !== undefined && !withheld(name) && validName(name)
}
