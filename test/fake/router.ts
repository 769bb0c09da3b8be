import type { Answer } from './answer'
import type { Call } from './call'

export type Handler = (call: Call) => Answer

interface Route {
    method: string
    pattern: RegExp
    handle: Handler
}

/** Finds the handler of a method and a path. The first route that fits is taken. */
export class Router {
    private readonly routes: Route[] = []

    /** `path` has parameters like `:instanceId`; a trailing slash makes no difference. */
    add (method: string, path: string, handle: Handler): void {
        const pattern = path.replace(/:(\w+)/g, '(?<$1>[^/]+)')
        this.routes.push({ method, pattern: new RegExp(`^${pattern}/?$`), handle })
    }

    find (method: string, path: string): { handle: Handler, params: Record<string, string> } | undefined {
        for (const route of this.routes) {
            const match = route.method === method ? route.pattern.exec(path) : null
            if (match) return { handle: route.handle, params: decoded(match.groups ?? {}) }
        }
        return undefined
    }
}

function decoded (groups: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodedPart(value)]))
}

/** A part of a path that is no valid encoding stays as it is, and names nothing. */
function decodedPart (part: string): string {
    try {
        return decodeURIComponent(part)
    } catch {
        return part
    }
}
