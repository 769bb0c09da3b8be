import type { NodeRed } from './node-red'

/** What the operator may set under `flowfuse-snapshots` in settings.js, or as `FLOWFUSE_SNAPSHOTS_<KEY>` (which wins). */
export interface PluginSettings {
    server: string
    allowedServers: string[]
    allowedHosts: string[]
    trustProxy: boolean
    allowHttp: boolean
    /** Name or id of the team and the instance that snapshots go to unless the user chooses; '' when not set. */
    team: string
    instance: string
    /** Where the operator has locked the target: `settings.js` or the name of the variable; '' when it is not locked. */
    lockedBy: string
    /** Whether a local snapshot is made after each deploy, and how many of those are kept. */
    localAuto: boolean
    keepLocal: number
}

const prefix = 'FLOWFUSE_SNAPSHOTS_'

/** Reads the settings once at start; values of a wrong type count as not set, and the log says so. */
export function readSettings (nodeRed: NodeRed, environment: NodeJS.ProcessEnv): PluginSettings {
    const configured = nodeRed.setting('flowfuse-snapshots')
    const own = typeof configured === 'object' && configured !== null ? configured as Record<string, unknown> : {}
    const read = <T>(key: string, convert: (value: unknown) => T | undefined, fallback: T, whenWrong = fallback): T => {
        const value = environment[variableName(key)] ?? own[key]
        if (value === undefined) {
            return fallback
        }
        const converted = convert(value)
        if (converted === undefined) {
            nodeRed.warn('setting-type', { key })
        }
        return converted ?? whenWrong
    }
    const team = read('team', asText, '')
    const instance = read('instance', asText, '')
    const isLocked = read('lockTarget', asSwitch, false)
    if (isLocked && team === '' && instance === '') {
        nodeRed.warn('lock-without-target', {})
    }
    const lock = variableName('lockTarget')
    return {
        server: read('server', asText, 'https://app.flowfuse.com'),
        // What was meant to restrict and can't be read allows nothing.
        allowedServers: read('allowedServers', asList, [], ['']),
        allowedHosts: read('allowedHosts', asList, []),
        trustProxy: read('trustProxy', asSwitch, false),
        allowHttp: read('allowHttp', asSwitch, false),
        // Whoever sets it means to switch it off.
        localAuto: read('localAuto', asSwitch, true, false),
        keepLocal: read('keepLocal', asCount, 10),
        team,
        instance,
        lockedBy: !isLocked || (team === '' && instance === '') ? '' : environment[lock] === undefined ? 'settings.js' : lock
    }
}

function variableName (key: string): string {
    return prefix + key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
}

function asText (value: unknown): string | undefined {
    return typeof value === 'string' && value !== '' ? value : undefined
}

function asList (value: unknown): string[] | undefined {
    const items = typeof value === 'string' ? value.split(',').map(item => item.trim()).filter(item => item !== '') : value
    return Array.isArray(items) && items.every(item => typeof item === 'string') ? items : undefined
}

function asCount (value: unknown): number | undefined {
    const count = typeof value === 'string' && value !== '' ? Number(value) : value
    return Number.isSafeInteger(count) && Number(count) > 0 ? Number(count) : undefined
}

function asSwitch (value: unknown): boolean | undefined {
    return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined
}
