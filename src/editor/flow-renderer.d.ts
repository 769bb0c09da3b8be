/** The part of FlowFuse's flow renderer that is used; only flow-drawing.ts imports it. */
declare module '@flowfuse/flow-renderer' {
    interface Options {
        container: HTMLElement
        scope: string
        flowId: string
        gridLines: boolean
        zoom: boolean
        autoZoom: boolean
        autoScroll: boolean
    }

    export default class FlowRenderer {
        /** Draws one flow or subflow into an `svg` in the container; it looks at `nodes` with that `z` only. */
        renderFlow (nodes: object[], options: Options): unknown
    }
}
