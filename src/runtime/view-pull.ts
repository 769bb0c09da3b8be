import type { Pull } from './pull-prepared'
import type { HeldView } from './view-held'

/** A view as something to pull, without a base: nobody knows what it and the flows here have in common. */
export function pullOfView ({ id, from, name, description, createdAt, user, opened, flowsOnly, credentials }: HeldView): Omit<Pull, 'id' | 'until'> {
    const owner = from.kind === 'remote' ? from.owner : { kind: from.kind, id: '', name: from.kind === 'file' ? from.name : name }
    return {
        server: null,
        snapshot: { id, name, description, createdAt, user, owner },
        deployedAt: null,
        opened,
        flowsOnly,
        credentialsKnown: credentials === 'included' || credentials === 'none'
    }
}
