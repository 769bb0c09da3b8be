/**
 * Whether a scope of Node-RED's includes a permission, by its own rules (`@node-red/editor-api/lib/auth/permissions.js`). Only for leaving
 * something out of an answer: what guards a route is Node-RED's `needsPermission`.
 * @param scope of the signed-in user; what has no known form includes nothing
 */
export function isPermitted (scope: unknown, permission: string): boolean {
    if (Array.isArray(scope)) {
        return scope.some(part => isPermitted(part, permission))
    }
    if (scope === '*' || scope === permission) {
        return true
    }
    const [, ending] = /(?:^|\.)(read|write)$/.exec(permission) ?? []
    return ending !== undefined && (scope === ending || scope === `*.${ending}`)
}
