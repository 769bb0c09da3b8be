import paths from '../data/openapi-paths.json'
import { notSignedIn, ok } from '../answer'
import type { Call } from '../call'
import type { Router } from '../router'

/** What a client asks first: which platform, which version, what can it do. */
export function addDetectRoutes (router: Router): void {
    router.add('GET', '/api/json', ({ world }) => ok(openApi(world.generation.version)))
    router.add('GET', '/api/v1/settings', (call) => ok(platformSettings(call)))
}

function openApi (version: keyof typeof paths): Record<string, unknown> {
    const operations = Object.entries(paths[version]).map(([path, methods]) => [
        path,
        Object.fromEntries(methods.split(' ').map((method) => [method, {}]))
    ])
    return {
        openapi: '3.0.3',
        info: {
            title: 'FlowFuse Platform API',
            description: 'API documentation for interacting with the FlowFuse platform',
            version
        },
        components: {},
        paths: Object.fromEntries(operations),
        tags: [],
        externalDocs: {}
    }
}

/** Public, but a wrong token makes it 401; a plugin token sees no more than nobody. */
function platformSettings ({ world, headers }: Call): Record<string, unknown> {
    const caller = world.tokens.identify(headers)
    if (caller === 'stranger') throw notSignedIn()
    const offboarding = { 'user:offboarding-required': false, 'user:offboarding-url': '' }
    const common = {
        features: world.features,
        'user:tcs-required': false,
        'user:tcs-url': '',
        ...(world.generation.recentFields && offboarding)
    }
    if (caller === 'anonymous' || caller.token.kind === 'oauth') {
        return { ...common, 'user:signup': false, 'user:reset-password': false }
    }
    return {
        ...common,
        'team:user:invite:external': false,
        'team:create': false,
        'user:tcs-date': null,
        'user:team:trial-mode:projectType': null,
        email: false,
        stacks: {},
        base_url: world.base,
        license: {}
    }
}
