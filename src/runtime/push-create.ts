import type { SerialisedBody } from '../flowfuse/http'
import type { Instance } from '../flowfuse/instances'
import type { Session } from '../flowfuse/session'
import type { PushRequest } from '../shared/requests'
import type { Environment, Modules } from '../snapshot/model'
import { addModules, addVariables } from './additions'
import type { Capture } from './capture'
import type { Progress } from './jobs'
import { pushBody } from './push-body'
import { refuseTooLarge } from './push-size'

/** What a snapshot is made of, whether it is created or imported. */
export interface MakingSources {
    session: Session
    platform: { version: string | null }
    instance: Instance
    captured: Capture
    request: PushRequest
    modules: Modules
    /** Modules that the instance's palette shall get; `null` for none. */
    modulesToAdd: Modules | null
    /** All variables, or `null` to keep the instance's. */
    env: Environment | null
    /** Variables that join the instance's own where it lacks them. */
    added: Record<string, string>
}

/**
 * Everything that a create needs, up to its body. Variables and modules that the user adds are written to the instance itself, and are in
 * `progress.result.added` as far as that came.
 * @throws CodedError `request-too-large` and its kin before anything is written, and as `addVariables` and `addModules` do
 */
export async function prepareCreate (sources: MakingSources & { setAsTarget: boolean }, progress: Progress): Promise<SerialisedBody> {
    const { session, platform, instance, captured, request, modules, modulesToAdd, env, added, setAsTarget } = sources
    const { name, description, variables } = request
    const body = pushBody(captured, { name, description, modules, env, setAsTarget })
    refuseTooLarge(body, session, platform)
    const written = { variables: [] as string[], modules: [] as string[] }
    progress.result.added = written
    if (variables.rule === 'add' && variables.names.length > 0) {
        progress.begin('add-variables')
        await addVariables(session, instance, added, names => { written.variables = names })
    }
    if (modulesToAdd !== null) {
        progress.begin('add-modules')
        await addModules(session, instance, modulesToAdd, names => { written.modules = names })
    }
    return body
}
