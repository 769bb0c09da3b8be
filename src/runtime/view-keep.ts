import type { ViewKeepRequest } from '../shared/views'
import type { Environment } from '../snapshot/model'
import { ModulesInUse } from '../snapshot/modules'
import { withoutSecrets } from '../snapshot/settings'
import { credentialsTag } from './local-capture'
import { installedModules } from './modules'
import type { NodeRed } from './node-red'
import { flowsOf } from './pull-nodes'
import type { DataKey } from './store/data-key'
import type { KeptVariables } from './store/kept-variables'
import type { LocalContent } from './store/local-snapshots'
import type { HeldView } from './view-held'
import { environmentOf } from './views'

export interface KeepParts { nodeRed: NodeRed, dataKey: DataKey, kept: KeptVariables }

/**
 * A view as a local snapshot. Flows alone are kept with the variables and modules as they are here: a restore would take them away otherwise.
 * What can't be opened, as in a file whose secret was not given, is left out: hidden variables, and credentials, of which it is marked to have none.
 * @throws CodedError `store-read-failed`, `store-newer`
 */
export async function contentOfView (parts: KeepParts, view: HeldView, { name, description }: ViewKeepRequest): Promise<LocalContent> {
    const { opened, credentials, flowsOnly } = view
    const isKnown = credentials === 'included'
    const env = flowsOnly ? environmentOf(await parts.kept.list()) : opened.env
    const modules = flowsOnly ? await modulesHere(parts.nodeRed, opened) : opened.modules ?? {}
    const kept = Object.entries(env).flatMap(([variable, value]): Array<[string, Environment[string]]> =>
        typeof value === 'string' ? [[variable, value]] : value.value === null ? [] : [[variable, { hidden: true, value: value.value }]])
    const { flows, nodes, nodesWithCredentials } = opened.counts
    return {
        name,
        description,
        kind: 'named',
        revision: opened.revision,
        flowsJson: opened.flowsJson,
        credentialsJson: isKnown ? opened.credentialsJson : null,
        credentialsTag: isKnown ? credentialsTag(await parts.dataKey.openOrMake(), opened.credentialsJson) : '',
        counts: { flows, nodes, nodesWithCredentials, variables: kept.length, modules: Object.keys(modules).length },
        env: Object.fromEntries(kept),
        modules,
        // The file keeps settings in clear.
        settings: withoutSecrets(opened.runtimeSettings)
    }
}

async function modulesHere (nodeRed: NodeRed, opened: HeldView['opened']): Promise<Record<string, string>> {
    const inUse = new ModulesInUse()
    const flows = await flowsOf(opened)
    flows.forEach(node => inUse.add(node))
    return (await installedModules(nodeRed, inUse)).modules
}
