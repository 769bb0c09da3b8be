import type { FakeFlowFuse } from './platform'
import { isObject, type Json } from './json'

/** Kinds of placeholders that stand for one value each, once it is known. */
const KINDS = [
    'base', 'team', 'application', 'instance', 'device', 'user', 'stack', 'template', 'project-type', 'team-type', 'snapshot',
    'token', 'refresh', 'pat', 'cookie', 'oauth-request', 'oauth-code', 'password'
]
export const PLACEHOLDER = new RegExp(`<(?:${KINDS.join('|')})(?::[^<>]*)?>`, 'g')

/** The values that placeholders stand for. */
export class Placeholders {
    private readonly values: Map<string, string>
    private readonly fixtures: Record<string, Json>

    constructor (values: Map<string, string>, fixtures: Record<string, Json> = {}) {
        this.values = values
        this.fixtures = fixtures
    }

    get (name: string): string | undefined {
        return this.values.get(name)
    }

    bind (name: string, value: string): void {
        this.values.set(name, value)
    }

    forget (name: string): void {
        this.values.delete(name)
    }

    /** Fills placeholders into a text; throws for one that has no value. */
    fill (text: string): string {
        const filled = text.replace(PLACEHOLDER, (name) => {
            const value = this.values.get(name)
            if (value === undefined) throw new Error(`${name} has no value`)
            return value
        })
        return filled.replace(/<base64 of ([^<>]*)>/g, (_, plain: string) => Buffer.from(plain).toString('base64'))
    }

    /** Fills placeholders and fixtures into a value that is to be sent. `now` is the time of the platform. */
    fillAll (value: Json, ciphers: Record<string, string>, now: number): Json {
        if (typeof value === 'string') {
            const fixture = this.fixtures[value]
            if (fixture !== undefined) return fixture
            const cipher = ciphers[value]
            if (cipher !== undefined) return cipher
            const later = /^<epoch-ms: now \+ ([\d.]+) s>$/.exec(value)?.[1]
            if (later !== undefined) return now + Number(later) * 1000
            return value === '<time>' ? new Date(now).toISOString() : this.fill(value)
        }
        if (Array.isArray(value)) return value.map((item) => this.fillAll(item, ciphers, now))
        if (!isObject(value)) return value
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fillAll(item, ciphers, now)]))
    }
}

/** What the placeholders of the recorded world are in the fake. */
export function placeholdersOf (fake: FakeFlowFuse): Map<string, string> {
    const { ids, platformIds, tokens, tokenIds, cookies, passwords } = fake
    return new Map(
        Object.entries({
            '<base>': fake.url,
            '<team:bottling-plant>': ids.teams.bottlingPlant,
            '<team:second-plant>': ids.teams.secondPlant,
            '<application:line-1>': ids.applications.line1,
            '<application:line-9>': ids.applications.line9,
            '<instance:filler>': ids.instances.filler,
            '<instance:labeller>': ids.instances.labeller,
            '<device:edge-app>': ids.devices.edgeApp,
            '<device:edge-inst>': ids.devices.edgeInst,
            '<device:edge-spare>': ids.devices.edgeSpare,
            '<stack:node-red-3-0-2>': platformIds.stack,
            '<template:default>': platformIds.template,
            '<project-type:default>': platformIds.projectType,
            '<team-type:starter>': platformIds.teamType,
            ...named('user', ids.users),
            ...named('token', tokens, '-pat'),
            ...named('pat', tokenIds),
            ...named('cookie', cookies),
            ...named('password', passwords)
        })
    )
}

/** Where the recording has other names than the fake. */
const RECORDED_NAMES: Record<string, string> = {
    aliceReadOnly: 'alice-readonly',
    aliceTeam: 'alice-team',
    aliceOtherTeam: 'alice-otherteam',
    admin: 'ff-admin'
}

function named (kind: string, values: Record<string, string>, suffix = ''): Record<string, string> {
    return Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`<${kind}:${RECORDED_NAMES[name] ?? name}${suffix}>`, value])
    )
}
