import type { VariableSummary } from '../shared/local'
import { VariableUses } from '../snapshot/variable-uses'
import { Slice } from './slice'
import type { KeptEnvironment } from './kept-environment'
import type { NodeRed } from './node-red'
import type { KeptVariable } from './store/kept-variables'

/** The kept variables as the panel shows them, without their values: where the flows use them, and what stands before them. */
export async function variableSummaries (nodeRed: NodeRed, environment: KeptEnvironment, kept: KeptVariable[]): Promise<VariableSummary[]> {
    const uses = new VariableUses(kept.map(({ name }) => name))
    const slice = new Slice()
    const live = kept.length === 0 ? null : await nodeRed.liveFlows()
    for (const node of live?.flows ?? []) {
        const { id } = node ?? {}
        uses.add(node, typeof id === 'string' || typeof id === 'number' ? nodeRed.credentials(String(id)) : undefined)
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return kept.map(({ name, hidden, value }) => ({
        name, hidden, ...uses.of(name), overridden: environment.isOverridden(name), locked: value === null
    }))
}
