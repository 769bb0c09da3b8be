import type { Token } from '../token'
import type { User, World } from '../world'

const avatarOf = (user: User, world: World): string => `${world.base}/avatar/${Buffer.from(user.username).toString('base64url')}`

/** GET /user. */
export function userView (user: User, world: World): Record<string, unknown> {
    return {
        email: user.email,
        email_verified: true,
        id: user.id,
        username: user.username,
        name: user.name,
        avatar: avatarOf(user, world),
        admin: user.admin,
        createdAt: user.createdAt,
        suspended: user.suspended,
        ...(world.generation.recentFields && { SSOGroups: [] })
    }
}

/** The user of a snapshot, in the answers to create, import and export. */
export function userSummary (user: User, world: World): Record<string, unknown> {
    return {
        id: user.id,
        username: user.username,
        name: user.name,
        avatar: avatarOf(user, world),
        ...(world.generation.leaksUsers && { admin: user.admin, createdAt: user.createdAt, suspended: user.suspended })
    }
}

/** The user of a snapshot in lists. */
export function listedUser (user: User, world: World): Record<string, unknown> {
    const { id, username } = user
    return { id, username, ...(world.generation.recentFields && { name: user.name }), avatar: avatarOf(user, world) }
}

/** A personal access token, without the token itself. */
export function tokenView (token: Token, world: World): Record<string, unknown> {
    const { id, name } = token
    const expiresAt = token.expiresAt === undefined ? null : new Date(token.expiresAt).toISOString()
    if (!world.generation.limitedTokens) return { id, name, expiresAt }
    const teams = token.teamIds.map((teamId) => ({ id: teamId, name: world.teams.get(teamId)?.name }))
    return { id, name, expiresAt, readOnly: token.readOnly, adminOptIn: false, teams }
}
