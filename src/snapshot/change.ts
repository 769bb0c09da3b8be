/** What a comparison of two flow sets tells, and what a choice between them comes to. Seen from a pull: *here* becomes as *there*. */
import type { BaseState } from '../shared/pull'
import type { FlowNode } from './model'

/** A node without a place on the canvas is a config node: `flow-config` in a tab or subflow, `global-config` outside of them. */
export type ChangeKind = 'tab' | 'subflow' | 'group' | 'node' | 'flow-config' | 'global-config' | 'junction'

/**
 * added: only there. deleted: only here. moved: stands in another tab or subflow there, whatever else changed in it. changed: by property.
 * reordered: nothing but its place among its neighbours.
 */
export type ChangeSort = 'added' | 'deleted' | 'changed' | 'moved' | 'reordered'

/** One difference. Ids are texts: a number counts as its digits, '' stands for none. They need not be unique. */
export interface Change {
    id: string
    kind: ChangeKind
    change: ChangeSort
    /** Id of the tab or subflow that it stands in, there where it is there; '' for tabs, subflows and what stands outside of them. */
    flow: string
    /** Of a moved one: where it stands here. */
    from?: string
    type: string
    /** Name or label, there where it is there; '' where it has none. */
    name: string
    /** Names of what differs, sorted, without place and size (x, y, w, h) and without order; [] of what is added or deleted. */
    properties: string[]
    /** Changed in place or size alone. */
    layoutOnly: boolean
    /** Stands elsewhere among its neighbours, whatever else changed. */
    reordered: boolean
    /** Where the node stands in the two lists; -1 where it is missing. */
    here: number
    there: number
    /** A pull undoes what was done to it here since the base. */
    conflict: boolean
}

/** Node id → what happened to it since the base. An id that is missing is the same on both sides; no map at all: no base is known. */
export type Base = Readonly<Record<string, BaseState>>

export type Side = 'mine' | 'theirs'

/**
 * Ids of tabs, subflows and global config nodes. Of what is in neither list, tabs come from the side `otherwise` says (theirs when absent),
 * subflows and global config nodes from the side that uses them. What is in both is mine.
 */
export interface Choices { mine: Iterable<string>, theirs?: Iterable<string>, otherwise?: Side }

/** What can be chosen: a tab or subflow with all that stands in it, or a global config node. `lost`: nodes whose tab is in no list. */
export interface Unit {
    id: string
    kind: 'tab' | 'subflow' | 'global-config' | 'lost'
    type: string
    name: string
    here: boolean
    there: boolean
    /** The two sides are not the same, or one is missing. */
    differs: boolean
    /** Which side it comes from in the plan. A side that lacks it means that it is not there afterwards. */
    side: Side
}

/** A subflow or global config node that differs and is used from both sides, so that either choice changes what the other side has. */
export interface PlanConflict {
    id: string
    kind: Unit['kind']
    type: string
    name: string
    /** Ids of the tabs, subflows and global config nodes that use it, by the side they come from. */
    mine: string[]
    theirs: string[]
    /** The side that it comes from as things stand, and whether the choices say so. */
    side: Side
    decided: boolean
    /** What happened to it since the base, if one is known. */
    since?: BaseState
}

/**
 * What comes from another side than the choices say. used: something from that side needs it (`by`: the first unit that does).
 * moved: it can't be mixed with `by`, since something moved between the two, and no id may stand twice.
 */
export interface Brought {
    id: string
    kind: Unit['kind']
    type: string
    name: string
    side: Side
    because: 'used' | 'moved'
    by: string
    /** The choices name this very unit, and the other side. */
    overrules?: true
}

/** A link node with partners that are no longer there: `missing` are their ids. */
export interface LinkLeft { id: string, type: string, name: string, flow: string, missing: string[] }

/** A node that stands in two chosen flows: its copy in `flow` is left out, the one in `keptIn` ('' for a global config node) stays. */
export interface LeftOut { id: string, type: string, name: string, flow: string, keptIn: string }

export type CredentialSource = 'here' | 'there' | 'none'

/** Ids that have credentials, ids whose credentials are not the same, and the rule for nodes that come from there (see PullParts). */
export interface PlanCredentials {
    here: ReadonlySet<string>
    there: ReadonlySet<string>
    differ?: ReadonlySet<string>
    rule: 'theirs' | 'exactly' | 'mine'
}

export interface PlanInput {
    here: readonly FlowNode[]
    there: readonly FlowNode[]
    base?: Base
    choices: Choices
    /** false: the flows stay as they are here, and the choices are about credentials alone. */
    takeFlows?: boolean
    credentials?: PlanCredentials
}

export interface Plan {
    /** The exact list: all theirs gives `there`, all mine gives `here`. Its nodes are those of the input, not copies. */
    flows: FlowNode[]
    /** Of each id in `flows`; empty where nothing was said of credentials. */
    credentialsFrom: Map<string, CredentialSource>
    units: Unit[]
    conflicts: PlanConflict[]
    brought: Brought[]
    linksLeft: LinkLeft[]
    leftOut: LeftOut[]
}
