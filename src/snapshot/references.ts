import { limits } from '../shared/limits'
import type { FlowNode } from './model'
import { isObject } from './parse'
import { namesInCode, namesInCredentials, namesInNode, namesInTypedValue, parentPrefix, wholeValueName } from './referred-names'
import type { Found } from './referred-names'

/** Where a name is looked up first: in a subflow instance, a group or container (tab, subflow), the global scope (neither), or the process. */
interface Place { z?: string, g?: string, instance?: string, process?: true }
interface Scope extends Place { names: Set<string> }
interface Instance extends Scope { subflow: string }

/** Types that define variables, and are kept in any case. */
const scopes = /^(?:tab|group|subflow(?::[^]*)?|global-config)$/
const everything = { node: true, credentials: true }
const nothing: ReadonlySet<string> = new Set()

/**
 * The environment variables that a flow set expects from outside: all names it refers to, less those that are defined nearer
 * by at every place of use. Nodes are added one by one, in any order, so that the caller may walk in slices.
 *
 * The order of resolution is Node-RED's: enclosing groups from the inside out, the subflow instance over its template,
 * whatever encloses the instance, the tab, global-config, the process; `$parent.` skips one level (`getSetting` in
 * `@node-red/util/lib/util.js` and in Group.js, Subflow.js and Flow.js of `@node-red/runtime/lib/flows`). An entry counts as
 * a definition whatever its type and value are: a `cred` without its credential still hides the outer name.
 */
export class References {
    readonly #tabs = new Map<string, Set<string>>()
    readonly #groups = new Map<string, Scope>()
    readonly #subflows = new Map<string, Set<string>>()
    readonly #instances = new Map<string, Instance>()
    readonly #global = new Set<string>()
    readonly #used = new Map<string, { place: Place, names: Set<string> }>()

    /**
     * Takes in one node of the flow file; it is not changed and not kept. What is no node is passed over.
     * @param credentials the node's credentials in clear, where at hand: they may name variables too
     * @param may false for what is known to name none (see `mayHoldNames`): it is not looked at
     */
    add (node: FlowNode, credentials?: Record<string, unknown>, may = everything): void {
        if (!isObject(node)) { return }
        if (!may.node && !may.credentials && !scopes.test(String(node.type))) { return }
        const id = idOf(node.id) ?? ''
        const place: Place = { z: idOf(node.z), g: idOf(node.g) }
        const type = typeof node.type === 'string' ? node.type : ''
        const names = definedNames(node.env)
        if (type === 'tab') {
            this.#tabs.set(id, names)
            this.#addEntries(node.env, { z: id })
        } else if (type === 'group') {
            this.#groups.set(id, { ...place, names })
            this.#addEntries(node.env, { z: place.z, g: id })
        } else if (type === 'subflow') {
            this.#subflows.set(id, names)
            this.#addEntries(node.env, { z: id })
        } else if (type.startsWith('subflow:')) {
            this.#instances.set(id, { ...place, subflow: type.slice('subflow:'.length), names })
            this.#addEntries(node.env, { instance: id })
        } else if (type === 'global-config') {
            // Inside a tab it is not read
            if (place.z === undefined) { names.forEach(name => this.#global.add(name)) }
            this.#addEntries(node.env, {})
        } else {
            const found = this.#finder(place)
            if (may.node) { namesInNode(node, found) }
            if (credentials !== undefined && may.credentials) { namesInCredentials(credentials, found) }
        }
    }

    /** The names, sorted, each once. Names that no platform takes can be among them; Node-RED's own `NR_*` are not. */
    names (): string[] {
        const instances = this.#instancesBySubflow()
        const names = new Set<string>()
        for (const { place, names: used } of this.#used.values()) {
            for (const name of used) {
                const bare = name.slice(prefixLength(name))
                if (!names.has(bare) && this.#reachesProcess(place, name, instances)) { names.add(bare) }
            }
        }
        return [...names].sort()
    }

    /** Subflow id → ids of instances; of those that stand at the same place and define the same names, one stands for all. */
    #instancesBySubflow (): Map<string, string[]> {
        const bySubflow = new Map<string, string[]>()
        const seen = new Set<string>()
        for (const [id, { subflow, z, g, names }] of this.#instances) {
            const kind = JSON.stringify([subflow, z, g, ...[...names].sort()])
            if (seen.has(kind)) { continue }
            seen.add(kind)
            const ids = bySubflow.get(subflow)
            if (ids) { ids.push(id) } else { bySubflow.set(subflow, [id]) }
        }
        return bySubflow
    }

    /** Entries of an `env` list. As Node-RED evaluates them, only `env` entries see the other entries of their list, and none sees itself. */
    #addEntries (entries: unknown, place: Place): void {
        if (!Array.isArray(entries)) { return }
        const found = this.#finder(place)
        const above: Found = name => { found(name.startsWith(parentPrefix) ? name : parentPrefix + name) }
        for (const entry of entries as unknown[]) {
            if (!isObject(entry) || typeof entry.value !== 'string') { continue }
            const { name: own, value, type } = entry
            if (type === 'env') {
                namesInTypedValue(value, name => { (name === own ? above : found)(name) })
            } else if (type === 'jsonata') {
                namesInCode(value, above)
            } else if (type === 'conf-type') {
                const name = wholeValueName(value)
                if (name !== undefined) { above(name) }
            }
        }
    }

    #finder (place: Place): Found {
        return (name, direct) => {
            if (!plausible(name)) { return }
            const at: Place = direct ? { process: true } : place
            const key = keyOf(at)
            const used = this.#used.get(key)
            if (used) { used.names.add(name) } else { this.#used.set(key, { place: at, names: new Set([name]) }) }
        }
    }

    /**
     * Whether a lookup gets through to the process from anywhere the place exists: a subflow is looked up from each of its
     * instances. A subflow without instances, and a circle that leads nowhere, count as getting through.
     */
    #reachesProcess (place: Place, name: string, instances: Map<string, string[]>): boolean {
        const open: Array<[Place, string]> = [[place, name]]
        const seen = new Set<string>()
        let covered = false
        for (let next = open.pop(); next !== undefined; next = open.pop()) {
            const [at, wanted] = next
            const key = keyOf(at) + wanted
            if (seen.has(key)) { continue }
            seen.add(key)
            const upwards = wanted.startsWith(parentPrefix)
            if (at.process) {
                if (!upwards) { return true }
                covered = true // more $parent. than levels: resolved nowhere
                continue
            }
            const scope = this.#scopeAt(at)
            if (!upwards && scope.names.some(names => names.has(wanted))) {
                covered = true
            } else if (scope.subflow !== undefined) {
                const within = instances.get(scope.subflow)
                if (!within) { return true }
                within.forEach(instance => open.push([{ instance }, wanted]))
            } else {
                open.push([scope.up, upwards ? wanted.slice(parentPrefix.length) : wanted])
            }
        }
        return !covered
    }

    /** The names at a place and the place above it; for the inside of a subflow, which has no single place above, the subflow's id. */
    #scopeAt (at: Place): { names: Array<ReadonlySet<string>>, up: Place, subflow?: string } {
        const instance = at.instance === undefined ? undefined : this.#instances.get(at.instance)
        if (instance) {
            return { names: [instance.names, this.#subflows.get(instance.subflow) ?? nothing], up: { z: instance.z, g: instance.g } }
        }
        const group = at.g === undefined ? undefined : this.#groups.get(at.g)
        if (group && group.z === at.z) {
            return { names: [group.names], up: { z: group.z, g: group.g } }
        }
        if (at.z === undefined) { return { names: [this.#global], up: { process: true } } }
        const tab = this.#tabs.get(at.z)
        const subflow = tab ? undefined : this.#subflows.get(at.z)
        if (subflow) { return { names: [subflow], up: {}, subflow: at.z } }
        // Node-RED makes a tab of a container that does not exist
        return { names: [tab ?? nothing], up: {} }
    }
}

/** Ids are property keys in Node-RED, so the number 5 and the text "5" are the same. An empty container is none. */
function idOf (value: unknown): string | undefined {
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined
}

function definedNames (entries: unknown): Set<string> {
    const names = new Set<string>()
    for (const entry of Array.isArray(entries) ? entries as unknown[] : []) {
        if (isObject(entry) && typeof entry.name === 'string') { names.add(entry.name) }
    }
    return names
}

function keyOf (place: Place): string {
    return JSON.stringify([place.z, place.g, place.instance, place.process]) + ' '
}

function prefixLength (name: string): number {
    let length = 0
    while (name.startsWith(parentPrefix, length)) { length += parentPrefix.length }
    return length
}

/** What can be the name of a variable at all; Node-RED keeps `NR_*` to itself. */
function plausible (name: string): boolean {
    if (name.length > limits.variableNameLength + 10 * parentPrefix.length) { return false }
    const bare = name.slice(prefixLength(name))

    return bare !== '' && bare.length <= limits.variableNameLength && !bare.startsWith('NR_') && !/[=\u0000-\u001f]|\$\{/.test(bare)
}
