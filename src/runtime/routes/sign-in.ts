import type { Request } from 'express'
import { serverOrigin } from '../../flowfuse/server'
import { callbackEnding } from '../../flowfuse/oauth'
import { CodedError } from '../../shared/errors'
import type { PanelState, SignInStarted, SignInState } from '../../shared/requests'
import { fields, textField } from '../push-request'
import type { Services } from '../services'
import { pageHeaders, signInPage, type PageText } from '../sign-in-page'
import { editorAddress, SignIns } from '../sign-ins'
import { panelState } from './connection'
import type { Router } from './router'

/**
 * Sign in with FlowFuse. The panel starts a sign-in, opens its window and asks for its state; in the window, which carries no sign-in of
 * Node-RED's, only the ticket, then the state and the cookie count. Nothing is used before the user has seen who is signed in.
 */
export function addSignInRoutes (router: Router, services: Services, signIns = new SignIns()): void {
    const { connections, platforms, settings, nodeRed } = services

    router.add('post', 'sign-in', 'act', async ({ user, body, origin }): Promise<SignInStarted> => {
        const { server: text, editorUrl } = fields(body)
        const editor = editorAddress(textField(editorUrl, 'editorUrl'), origin)
        const server = serverOrigin(textField(text, 'server'), settings)
        // A browser is only sent to what answers as FlowFuse does.
        await platforms.find(server)
        const { id, ticket } = signIns.start(user, server, editor)
        return { id, page: `flowfuse-snapshots/sign-in/${ticket}`, server }
    })

    router.add('get', 'sign-in/:id/state', 'act', async ({ user, params }): Promise<SignInState> => signIns.state(user, params.id ?? ''))

    router.add('post', 'sign-in/:id/accept', 'act', async ({ user, params }): Promise<PanelState> => {
        const { id, server, user: { id: userId, username, name }, refreshToken } = signIns.take(user, params.id ?? '')
        const former = await connections.get(user)
        const target = former?.server === server ? former.target : null
        const signIn = { kind: 'oauth' as const, id, signedOut: false }
        services.pulls.forgetUser(user)
        services.views.forgetRemote(user)
        await connections.connect(user, { server, user: { id: userId, username, name }, target, signIn }, refreshToken)
        return await panelState(services, user)
    })

    router.add('delete', 'sign-in/:id', 'act', async ({ user, params }) => {
        signIns.cancel(user, params.id ?? '')
        return {}
    })

    const page = (text: PageText) => signInPage(nodeRed.text('connect.title'), nodeRed.text(text))

    router.addPage('sign-in/:ticket', pageHeaders, async request => {
        const { location, cookie } = signIns.open(request.params.ticket ?? '')
        return { status: 302, headers: { Location: location, 'Set-Cookie': cookie }, html: '' }
    }, () => page('signIn.pageFailed'))

    router.addPage(callbackEnding, pageHeaders, async request => {
        requireNavigation(request)
        const { state, code, error, errorDescription } = request.query
        await signIns.finish({
            state: single(state), code: single(code), error: single(error), errorDescription: single(errorDescription), cookies: request.headers.cookie ?? ''
        })
        return { status: 200, headers: {}, html: page('signIn.pageDone') }
    }, () => page('signIn.pageFailed'))
}

/** Only somebody who goes there gets there: a page that loads it as a picture, a frame or a script does not. */
function requireNavigation ({ headers }: Request): void {
    const expected = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    if (Object.entries(expected).some(([name, value]) => headers[name] !== undefined && headers[name] !== value)) {
        throw new CodedError('origin-refused', {}, 403)
    }
}

/** A parameter that is there once; what is there twice, or nested, is nothing. */
function single (value: unknown): string {
    return typeof value === 'string' && value.length <= 2048 ? value : ''
}
