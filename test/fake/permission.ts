import type { Token } from './token'

export const VIEWER = 10
export const MEMBER = 30
export const OWNER = 50

interface Rule {
    /** Least role in the team. */
    role: number
    /** A plugin token may do it too. */
    plugin?: true
    /** A read-only token may not do it. Exports count as writing. */
    write?: true
}

const rules = {
    'team:read': { role: VIEWER, plugin: true },
    'team:projects:list': { role: VIEWER, plugin: true },
    'team:device:list': { role: VIEWER },
    'team:user:change-role': { role: OWNER, write: true },
    'project:create': { role: OWNER, write: true },
    'project:read': { role: VIEWER, plugin: true },
    'project:status': { role: VIEWER },
    'project:edit': { role: OWNER, write: true },
    'project:edit-env': { role: MEMBER, write: true },
    'project:delete': { role: OWNER, write: true },
    'project:change-status': { role: OWNER, write: true },
    'project:snapshot:list': { role: VIEWER, plugin: true },
    'project:snapshot:read': { role: VIEWER },
    'project:snapshot:create': { role: MEMBER, plugin: true, write: true },
    'project:snapshot:export': { role: MEMBER, write: true },
    'project:snapshot:delete': { role: OWNER, write: true },
    'project:snapshot:rollback': { role: MEMBER, write: true },
    'project:snapshot:set-target': { role: MEMBER, write: true },
    'device:read': { role: VIEWER },
    'device:edit': { role: OWNER, write: true },
    'device:edit-env': { role: MEMBER, write: true },
    'device:delete': { role: OWNER, write: true },
    'device:snapshot:list': { role: VIEWER, plugin: true },
    'device:snapshot:read': { role: VIEWER },
    'device:snapshot:create': { role: MEMBER, plugin: true, write: true },
    'device:snapshot:delete': { role: OWNER, write: true },
    'snapshot:meta': { role: VIEWER },
    'snapshot:full': { role: MEMBER },
    'snapshot:export': { role: MEMBER, write: true },
    'snapshot:import': { role: OWNER, write: true },
    'snapshot:edit': { role: OWNER, write: true },
    'snapshot:delete': { role: OWNER, write: true }
} satisfies Record<string, Rule>

export type Permission = keyof typeof rules

/** True when this token, held by a member with this role, may do it. */
export function mayDo (permission: Permission, role: number, token: Token): boolean {
    const rule: Rule = rules[permission]
    if (role < rule.role || isNameless(token)) return false
    if (token.kind === 'oauth' && !rule.plugin) return false
    return !(token.readOnly && rule.write)
}

/** A personal access token without a name is not recognised as one: it may do nothing at all. */
export function isNameless (token: Token): boolean {
    return token.kind === 'pat' && token.name === ''
}
