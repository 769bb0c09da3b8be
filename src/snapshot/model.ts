/** The domain's data: plain values, no behaviour. */

/** One entry of a flow file. Files in the field hold odd ones (no id, numbers as ids): nothing but an object is promised. */
export interface FlowNode { id?: unknown, type?: unknown, [property: string]: unknown }

/** Credentials in clear: node id → credential values. Never written, logged or sent to a browser. */
export type OpenCredentials = Record<string, Record<string, unknown>>

/** Credentials under a secret, in Node-RED's own form: 32 hex digits of IV, then base64. */
export interface SealedCredentials { $: string }

/** Environment variables by name. */
export type Environment = Record<string, EnvironmentValue>
export type EnvironmentValue = string | { hidden: true, value: string } | { hidden: true, $: string }

/** npm modules: name → version or range. */
export type Modules = Record<string, string>

/** FlowFuse's runtime settings (nested keys as the platform has them). */
export type RuntimeSettings = Record<string, unknown>

/** A snapshot as FlowFuse exports it, with credentials either open or sealed, never both kinds in one type. */
export interface Snapshot<Credentials extends OpenCredentials | SealedCredentials> {
    name: string
    description: string
    flows: { flows: FlowNode[], credentials: Credentials }
    settings: { settings: RuntimeSettings, env: Environment, modules: Modules }
}
