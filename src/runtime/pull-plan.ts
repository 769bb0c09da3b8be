import { createHash } from 'node:crypto'
import type { BaseState, PullParts, PullReplaceRequest } from '../shared/pull'
import { diffFlows, unitOf, type Change, type CredentialSource, type Plan } from '../snapshot/diff'
import { credentialChanges, otherCredentials } from '../snapshot/diff-credentials'
import type { FlowNode } from '../snapshot/model'
import { planPull } from '../snapshot/plan'
import { JsonPieces, parsePieces } from './json-pieces'

/** What planning a replace takes. Both lists of flows are in pieces of JSON (see json-pieces), which pass from thread to thread. */
export interface PlanRequest {
    hereJson: Uint8Array[]
    thereJson: Uint8Array[]
    /** What happened since the base, by node id; null where no base is known. */
    states: Record<string, BaseState> | null
    choices: Pick<PullReplaceRequest, 'mine' | 'theirs' | 'otherwise'>
    takeFlows: boolean
    /** Ids of nodes that have credentials on either side, and of those whose are not the same. */
    credentials: { here: Set<string>, there: Set<string>, differ: Set<string>, rule: PullParts['credentials'] }
}

/** The flows that are to run. */
export interface PlannedReplace {
    /** Subflows and config nodes that flows of both sides use, and that the choices say nothing of. */
    undecided: number
    /** What was changed here since the base, is taken from the snapshot, and the choices say nothing of. */
    overruled: number
    /** Their array; null: exactly that of the snapshot. */
    flowsJson: Buffer[] | null
    /** Node-RED's revision of `flowsJson`: sha256 over it; '' without. */
    revision: string
    /** Node id → whose credentials it gets, of those that get any. */
    credentialsFrom: Map<string, Exclude<CredentialSource, 'none'>>
}

/** Plans in one go, as the preview did; for large flows, `pull-worker.ts` does it on another thread. */
export function planReplace ({ hereJson, thereJson, states, choices, takeFlows, credentials }: PlanRequest): PlannedReplace {
    const [here, there] = [nodesOf(hereJson), nodesOf(thereJson)]
    const plan = planPull({ here, there, base: states ?? undefined, choices, takeFlows, credentials })
    const isTheirs = plan.flows.length === there.length && plan.flows.every((node, index) => node === there[index])
    const shared = new Set(takeFlows ? plan.conflicts.filter(({ decided }) => !decided).map(({ id }) => id) : [])
    const changes = takeFlows && states !== null ? diffFlows(here, there, states) : []
    const inCredentials = states === null ? [] : credentialChanges(here, there, otherCredentials(credentials), changes, states)
    const conflicting = [...changes, ...inCredentials].filter(({ conflict }) => conflict)
    return {
        undecided: shared.size,
        overruled: overruledUnits(plan, conflicting, choices).filter(id => !shared.has(id)).length,
        ...isTheirs ? { flowsJson: null, revision: '' } : written(plan.flows),
        credentialsFrom: new Map([...plan.credentialsFrom].filter((entry): entry is [string, 'here' | 'there'] => entry[1] !== 'none'))
    }
}

function nodesOf (pieces: Uint8Array[]): FlowNode[] {
    const buffers = pieces.map(piece => Buffer.from(piece.buffer, piece.byteOffset, piece.length))
    return [...parsePieces(buffers) as Iterable<FlowNode[]>].flat()
}

/** Ids of tabs, subflows and global config nodes. */
function overruledUnits ({ units }: Plan, conflicting: Change[], { mine, theirs }: PlanRequest['choices']): string[] {
    const decided = new Set([...mine, ...theirs])
    const changed = new Set(conflicting.map(unitOf))
    return units.filter(({ id, side }) => side === 'theirs' && changed.has(id) && !decided.has(id)).map(({ id }) => id)
}

function written (flows: FlowNode[]): Pick<PlannedReplace, 'flowsJson' | 'revision'> {
    const hash = createHash('sha256')
    const pieces = new JsonPieces('[]', hash)
    flows.forEach(node => pieces.add(node))
    return { flowsJson: pieces.end(), revision: hash.digest('hex') }
}
