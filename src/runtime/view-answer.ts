import { createHmac } from 'node:crypto'
import { limits } from '../shared/limits'
import type { View, ViewVariable } from '../shared/views'
import { canonical } from '../snapshot/canonical'
import { credentialsOf } from './pull-nodes'
import { Slice } from './slice'
import type { HeldView } from './view-held'

/** Who is answered, and with what key marks are made. */
export interface Viewer { user: string, mayAct: boolean, key: Uint8Array }

/** What a user is told of a view: no credential, no value of a hidden variable, and other values only to those who may act. */
export async function viewAnswer (held: HeldView, viewer: Viewer): Promise<View> {
    const { id, until, from, name, description, createdAt, updatedAt, user, bytes, opened, credentials, notes } = held
    return {
        id,
        until,
        from,
        name: name.slice(0, limits.nameLength),
        description: description.slice(0, limits.descriptionLength),
        createdAt,
        updatedAt,
        user,
        bytes,
        revision: opened.revision,
        counts: opened.counts,
        credentials: { state: credentials, marks: await marksOf(held, viewer) },
        variables: Object.entries(opened.env).map(([name, value]) => variable(name, value, viewer)),
        modules: opened.modules,
        settings: opened.settings,
        sealed: held.sealed !== null,
        notes
    }
}

async function marksOf ({ opened }: HeldView, viewer: Viewer): Promise<Record<string, string>> {
    const slice = new Slice()
    const marks: Array<[string, string]> = []
    for (const [id, credentials] of await credentialsOf(opened)) {
        marks.push([id, markOf(viewer, 'credentials', canonical(credentials))])
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return Object.fromEntries(marks)
}

function variable (name: string, value: HeldView['opened']['env'][string], viewer: Viewer): ViewVariable {
    const hidden = typeof value === 'object'
    const text = hidden ? value.value : value
    return { name, hidden, value: hidden || !viewer.mayAct ? null : text, mark: text === null ? null : markOf(viewer, 'variable', text) }
}

/** Equal among the views of one user where the texts are equal. Keyed, since a plain hash would let anybody who reads it try out passwords. */
function markOf ({ user, key }: Viewer, of: 'credentials' | 'variable', text: string): string {
    return createHmac('sha256', key).update(JSON.stringify([user, of, text])).digest('base64').slice(0, 16)
}
