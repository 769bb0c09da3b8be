import type { RedUser } from './memory-red'

type Kind = 'see' | 'view' | 'act' | 'install'

/** What Node-RED's permissions each kind of route needs, all of them. */
const needs: Record<Kind, string[]> = {
    see: ['flowfuse-snapshots.read'],
    view: ['flowfuse-snapshots.read', 'flows.read'],
    act: ['flowfuse-snapshots.write', 'flows.write'],
    install: ['flowfuse-snapshots.write', 'flows.write', 'nodes.write']
}

/**
 * Every route and what it needs: nothing for the two pages of the sign-in window, which Node-RED gives no user.
 * `see` for names and states; `view` for what comes out of the flows; `act` for what changes something, uses the sign-in for more than
 * lists, or shows what a snapshot of there holds; `install` for what lets npm install something.
 */
const kinds: Record<Kind | 'none', string[]> = {
    none: ['GET sign-in/:ticket', 'GET flowfuse-nr-tools/auth/callback'],
    see: [
        'GET state', 'GET status', 'GET jobs/:job', 'GET local', 'GET target', 'GET teams', 'GET teams/:team/applications', 'GET teams/:team/devices',
        'GET instances/:instance/snapshots', 'GET instances/:instance/devices', 'GET instances/:instance/devices/page', 'GET instances/:instance/automatic',
        'GET instances/:instance/devices/:device/targets', 'GET instances/:instance/devices/:device/automatic', 'GET devices/:device/snapshots'
    ],
    view: [
        'GET push/preview', 'GET variables', 'GET pull/:id/here', 'GET instances/:instance/devices/:device/push',
        'POST views', 'GET views/:id/flows', 'DELETE views/:id'
    ],
    act: [
        'POST connection', 'DELETE connection', 'POST sign-in', 'GET sign-in/:id/state', 'POST sign-in/:id/accept', 'DELETE sign-in/:id', 'PUT target', 'PUT status/automatic-push',
        'POST push', 'DELETE jobs/:job', 'DELETE jobs/:job/additions',
        'POST pull', 'GET pull/:id', 'GET pull/:id/flows', 'DELETE pull/:id', 'POST pull/:id/replace',
        'POST local', 'PUT local/:id', 'DELETE local/:id', 'DELETE local/notice', 'POST local/former-secret', 'GET local/:id/plan', 'POST local/:id/restore', 'POST undo',
        'PUT variables', 'POST variables/import', 'POST variables/export',
        'POST views/file', 'POST views/:id/secret', 'POST views/:id/local',
        'POST files/snapshot', 'POST files/package', 'POST files/environment', 'POST uploads/plan', 'POST uploads',
        ...['POST', 'PUT :snapshot', 'GET :snapshot/names', 'GET :snapshot/deletion', 'POST :snapshot/deletion', 'GET :snapshot/device-target', 'PUT :snapshot/device-target',
            'GET :snapshot/restore', 'POST :snapshot/restore'].map(route => below('instances/:instance/snapshots', route)),
        ...['POST snapshots', 'GET snapshots/:snapshot/deletion', 'POST snapshots/:snapshot/deletion', 'GET target', 'PUT target', 'POST push', 'PUT automatic']
            .map(route => below('instances/:instance/devices/:device', route))
    ],
    install: ['POST pull/:id/replace-with-modules', 'POST local/:id/restore-with-modules']
}

function below (folder: string, route: string): string {
    const [method, path] = route.split(' ')
    return `${method} ${[folder, path].filter(part => part !== undefined).join('/')}`
}

/** What each route needs, by method and path as the router has them. */
export const routeNeeds = new Map(Object.entries(kinds).flatMap(([kind, routes]) => routes.map((route): [string, string[]] => {
    const [method, path] = route.split(' ')
    return [`${method} /flowfuse-snapshots/${path}`, kind === 'none' ? [] : needs[kind as Kind]]
})))

/** One user with exactly what each kind needs, and one for each permission that has all of the others. */
export const permissionUsers: Record<string, RedUser> = Object.fromEntries([
    ...Object.entries(needs).map(([kind, permissions]): [string, string[]] => [`only-${kind}`, permissions]),
    ...needs.view.concat(needs.install).map((missing, _, all): [string, string[]] => [`without-${missing}`, all.filter(each => each !== missing)])
].map(([username, permissions]) => [username, { username, permissions }]))

/** Whether that user has all that a route needs. */
export function mayUse (username: string, route: string): boolean {
    return routeNeeds.get(route)?.every(permission => permissionUsers[username]!.permissions.includes(permission)) ?? false
}
