import { forbidden, notFound, nothing, ok, refused, type Answer } from '../answer'
import { callerOf, objectBody, type Call } from '../call'
import { isNameless } from '../permission'
import type { Router } from '../router'
import type { Caller } from '../token'
import { membershipView } from '../views/team'
import { tokenView, userView } from '../views/user'

/** The signed-in user, their teams and personal access tokens. */
export function addUserRoutes (router: Router): void {
    router.add('GET', '/api/v1/user', (call) => ok(userView(namedCaller(call).user, call.world)))
    router.add('GET', '/api/v1/user/teams', listTeams)
    router.add('GET', '/api/v1/user/tokens', listTokens)
    router.add('POST', '/api/v1/user/tokens', createToken)
    router.add('DELETE', '/api/v1/user/tokens/:tokenId', deleteToken)
}

function namedCaller (call: Call): Caller {
    const caller = callerOf(call)
    if (isNameless(caller.token)) throw forbidden()
    return caller
}

function listTeams (call: Call): Answer {
    const { user } = namedCaller(call)
    const teams = [...call.world.teams.values()].flatMap((team) => {
        const role = team.members.get(user.id)
        return role === undefined ? [] : [membershipView(team, role, call.world)]
    })
    return ok({ meta: {}, count: teams.length, teams })
}

function listTokens (call: Call): Answer {
    const tokens = call.world.tokens.personalOf(namedCaller(call).user.id).map((token) => tokenView(token, call.world))
    return ok({ count: tokens.length, tokens })
}

function createToken (call: Call): Answer {
    const body = objectBody(call)
    const { user, token } = namedCaller(call)
    const { world } = call
    if (world.generation.limitedTokens) {
        if (token.kind === 'pat') throw refused('pat_cannot_create_pat', 'PATs cannot create other PATs', 403)
        if (body.adminOptIn === true && !user.admin) {
            throw refused('unauthorized', 'Admin access required to set adminOptIn', 403)
        }
    }
    const teamIds = Array.isArray(body.teamIds) && world.generation.limitedTokens ? body.teamIds.map(String) : []
    for (const id of teamIds) {
        if (!world.teams.get(id)?.members.has(user.id)) throw refused('invalid_team', `Not a member of team: ${id}`)
    }
    if (typeof body.scope !== 'string') {
        throw refused('unexpected_error', 'SequelizeValidationError: notNull Violation: AccessToken.scope cannot be null')
    }
    const created = world.tokens.createPersonal(user.id, typeof body.name === 'string' ? body.name : '', {
        ...(typeof body.expiresAt === 'number' && { expiresAt: body.expiresAt }),
        readOnly: body.readOnly === true && world.generation.limitedTokens,
        teamIds
    })
    const view = tokenView(created, world)
    // Older platforms leave out what was not given.
    if (!world.generation.limitedTokens) {
        if (created.name === '') delete view.name
        if (created.expiresAt === undefined) delete view.expiresAt
    }
    return ok({ token: created.secret, ...view })
}

function deleteToken (call: Call): Answer {
    const { user } = namedCaller(call)
    const token = call.world.tokens.personalOf(user.id).find(({ id }) => id === call.params.tokenId)
    if (!token) throw notFound()
    call.world.tokens.delete(token.secret)
    return nothing(call.world.generation.limitedTokens ? 204 : 201)
}
