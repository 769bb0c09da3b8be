import type { View, ViewSource } from '../shared/views'

/**
 * What can stand on one side of a comparison. A `view` that is given is taken over: the comparison reads its flows and lets go of it, so
 * that who gives it must not.
 */
export type CompareSide =
    | { kind: 'workspace' }
    /** `name` is shown until it is opened; of what runs here it does not matter. */
    | { kind: 'source', source: ViewSource, name: string }
    | { kind: 'view', view: View }
