import type { NodeRed } from './node-red'

/** What the operator may set under `flowfuse-snapshots` in settings.js, or as `FLOWFUSE_SNAPSHOTS_<KEY>` (which wins). */
export interface PluginSettings {
    server: string
    allowedServers: string[]
    allowedHosts: string[]
    trustProxy: boolean
    allowHttp: boolean
}

const prefix = 'FLOWFUSE_SNAPSHOTS_'

/** Reads the settings once at start; values of a wrong type count as not set, and the log says so. */
export function readSettings (nodeRed: NodeRed, environment: NodeJS.ProcessEnv): PluginSettings {
    const configured = nodeRed.setting('flowfuse-snapshots')
    const own = typeof configured === 'object' && configured !== null ? configured as Record<string, unknown> : {}
    const read = <T>(key: string, convert: (value: unknown) => T | undefined, fallback: T, whenWrong = fallback): T => {
        const variable = environment[prefix + key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()]
        const value = variable ?? own[key]
        if (value === undefined) {
            return fallback
        }
        const converted = convert(value)
        if (converted === undefined) {
            nodeRed.warn('setting-type', { key })
        }
        return converted ?? whenWrong
    }
    return {
        server: read('server', asText, 'https://app.flowfuse.com'),
        // What was meant to restrict and can't be read allows nothing.
        allowedServers: read('allowedServers', asList, [], ['']),
        allowedHosts: read('allowedHosts', asList, []),
        trustProxy: read('trustProxy', asSwitch, false),
        allowHttp: read('allowHttp', asSwitch, false)
    }
}

function asText (value: unknown): string | undefined {
    return typeof value === 'string' && value !== '' ? value : undefined
}

function asList (value: unknown): string[] | undefined {
    const items = typeof value === 'string' ? value.split(',').map(item => item.trim()).filter(item => item !== '') : value
    return Array.isArray(items) && items.every(item => typeof item === 'string') ? items : undefined
}

function asSwitch (value: unknown): boolean | undefined {
    return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined
}
