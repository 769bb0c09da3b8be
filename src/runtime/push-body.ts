import type { SerialisedBody } from '../flowfuse/http'
import type { Environment, Modules } from '../snapshot/model'
import type { Capture } from './capture'

export interface PushContent {
    name: string
    description: string
    modules: Modules
    /** `null` keeps the instance's variables: the platform copies them into a snapshot that names none. */
    env: Environment | null
    /** Makes the snapshot the device target as well, at once: what the platform permits to whoever may create. */
    setAsTarget?: boolean
}

/**
 * The body of the platform's create call. `flows` is an array with raw credentials beside it: every other form loses credentials on
 * some platform (test/contract, `create/object-top-credentials`, `create/encrypted-no-secret`).
 */
export function pushBody (captured: Pick<Capture, 'flowsJson' | 'credentialsJson'>, content: PushContent): SerialisedBody {
    const { name, description, modules, env, setAsTarget = false } = content
    const settings = { modules, ...(env !== null && { env }) }
    const chunks = [
        Buffer.from(`{"name":${JSON.stringify(name)},"description":${JSON.stringify(description)},"flows":`),
        ...captured.flowsJson,
        Buffer.from(',"credentials":'),
        ...captured.credentialsJson,
        Buffer.from(`,"settings":${JSON.stringify(settings)}${setAsTarget ? ',"setAsTarget":true' : ''}}`)
    ]
    const secrets = () => [JSON.parse(Buffer.concat(captured.credentialsJson).toString()), env] as unknown
    return { chunks, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0), secrets }
}
