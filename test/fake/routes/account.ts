import { forbidden, notFound, ok, okay, refused, Refusal, type Answer } from '../answer'
import { callerOf, objectBody, teamIn, textField, type Call } from '../call'
import type { Router } from '../router'
import type { Team, User } from '../world'
import { userView } from '../views/user'

/** Login by password, suspension of users, members of a team. */
export function addAccountRoutes (router: Router): void {
    router.add('POST', '/account/login', login)
    router.add('POST', '/account/logout', logout)
    router.add('PUT', '/api/v1/users/:userId', suspend)
    router.add('PUT', '/api/v1/teams/:teamId/members/:userId', (call) => {
        const { team, user } = member(call)
        team.members.set(user.id, Number(objectBody(call).role))
        return okay()
    })
    router.add('DELETE', '/api/v1/teams/:teamId/members/:userId', (call) => {
        const { team, user } = member(call)
        team.members.delete(user.id)
        return okay()
    })
}

function login (call: Call): Answer {
    const { world } = call
    const body = objectBody(call)
    const username = textField(body, 'username') ?? textField(body, 'email')
    if (username === undefined) {
        const message = "body must have required property 'username'"
        throw new Refusal(400, { statusCode: 400, code: 'FST_ERR_VALIDATION', error: 'Bad Request', message })
    }
    const password = textField(body, 'password') ?? ''
    if (password === '') throw refused('password_required', 'Password required', 401)
    const user = [...world.users.values()].find((known) => known.username === username || known.email === username)
    if (!user || user.password !== password) throw refused('unauthorized', 'unauthorized', 401)
    if (user.suspended) throw refused('user_suspended', 'User Suspended', 403)
    const session = world.tokens.createSession(user.id)
    const sameSite = world.generation.recentFields ? '; SameSite=Lax' : ''
    const cookie = `sid=${session.secret}; Max-Age=604800; Path=/; HttpOnly${sameSite}`
    return { status: 200, headers: { 'set-cookie': [cookie] } }
}

function logout (call: Call): Answer {
    const { world } = call
    world.tokens.delete(callerOf(call).token.secret)
    const expires = `Path=/; Expires=${new Date(world.now()).toUTCString()}`
    const cookie = world.generation.recentFields ? `sid=; Max-Age=0; ${expires}; SameSite=Lax` : `sid=; ${expires}`
    return { status: 200, json: { status: 'okay' }, headers: { 'set-cookie': [cookie] } }
}

function suspend (call: Call): Answer {
    const body = objectBody(call)
    if (!callerOf(call).user.admin) throw forbidden()
    const user = call.world.users.get(call.params.userId ?? '')
    if (!user) throw notFound()
    if (typeof body.suspended === 'boolean') user.suspended = body.suspended
    return ok(userView(user, call.world))
}

function member (call: Call): { team: Team, user: User } {
    const team = teamIn(call, call.world.teams.get(call.params.teamId ?? ''), 'team:user:change-role')
    const user = call.world.users.get(call.params.userId ?? '')
    if (!user) throw notFound()
    return { team, user }
}
