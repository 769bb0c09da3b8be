import type { FlowNode } from '../snapshot/model'

/** A flow with more nodes than that keeps the page busy for seconds while it is drawn: it is asked first. */
export const mostDrawnUnasked = 5000

/** How many nodes stand in a tab or subflow. */
export function countDrawn (nodes: readonly FlowNode[], flow: string): number {
    return nodes.reduce((count, { z }) => count + (z === flow ? 1 : 0), 0)
}
