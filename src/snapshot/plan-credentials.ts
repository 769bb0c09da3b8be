/** Whose credentials the nodes of a plan get. */
import type { CredentialSource, PlanCredentials, Side } from './change'
import { idOf, typeOf } from './flow-node'
import type { FlowNode } from './model'

/**
 * Of each id in `flows`, of none where nothing is known of any. A node that stays as it is here keeps its credentials. One that comes from
 * there gets those of the snapshot by the rule; those here only while it is of the same type here, since another could send them anywhere.
 * @param sideOf whose credentials are asked for, of a node in `flows`
 */
export function credentialSources (
    flows: readonly FlowNode[], here: readonly FlowNode[], sideOf: (node: FlowNode) => Side, credentials?: PlanCredentials
): Map<string, CredentialSource> {
    const sources = new Map<string, CredentialSource>()
    if (!credentials) { return sources }
    const types = new Map(here.filter(node => credentials.here.has(idOf(node))).map(node => [idOf(node), typeOf(node)]))
    for (const node of flows) {
        const id = idOf(node)
        if (id === '') { continue }
        const isHere = types.get(id) === typeOf(node)
        const isThere = credentials.there.has(id)
        if (!isHere && !isThere) {
            sources.set(id, 'none')
        } else {
            sources.set(id, sideOf(node) === 'theirs' ? byRule(credentials.rule, isHere, isThere) : isHere ? 'here' : 'none')
        }
    }
    return sources
}

function byRule (rule: PlanCredentials['rule'], isHere: boolean, isThere: boolean): CredentialSource {
    if (rule !== 'mine' && isThere) { return 'there' }
    return rule !== 'exactly' && isHere ? 'here' : 'none'
}
