/** Whose credentials the nodes of a plan get. */
import type { CredentialSource, PlanCredentials, Side } from './change'
import { idOf, typeOf } from './flow-node'
import type { FlowNode } from './model'

/**
 * Of each id in `flows`. A node that stays as it is here keeps its credentials. One that comes from there gets those of the snapshot by
 * the rule; those here only while it is of the same type here, since another one could send them anywhere.
 * @param sideOf whose credentials are asked for, of a node in `flows`
 */
export function credentialSources (
    flows: readonly FlowNode[], here: readonly FlowNode[], sideOf: (node: FlowNode) => Side, credentials?: PlanCredentials
): Map<string, CredentialSource> {
    const types = new Map(here.map(node => [idOf(node), typeOf(node)]))
    const sources = new Map<string, CredentialSource>()
    for (const node of flows) {
        const id = idOf(node)
        if (id === '') { continue }
        const isHere = credentials?.here.has(id) === true && types.get(id) === typeOf(node)
        const isThere = credentials?.there.has(id) === true
        sources.set(id, sideOf(node) === 'mine' ? isHere ? 'here' : 'none' : byRule(credentials?.rule, isHere, isThere))
    }
    return sources
}

function byRule (rule: PlanCredentials['rule'] | undefined, isHere: boolean, isThere: boolean): CredentialSource {
    if (rule !== 'mine' && isThere) { return 'there' }
    return rule !== 'exactly' && isHere ? 'here' : 'none'
}
