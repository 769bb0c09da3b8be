import type { EnvironmentText, VariableImport, VariableList } from '../../shared/local'
import { envText, parseEnv } from '../../snapshot/env-text'
import { parseEnvironmentText, parseVariables } from '../local-request'
import type { Services } from '../services'
import { variableSummaries } from '../variable-list'
import { requireNoRestore } from './local'
import type { Router } from './router'

/** variables: what the plugin keeps for the flows. Values come in, and go out only as the answer to a POST. */
export function addVariableRoutes (router: Router, services: Services): void {
    const { nodeRed, local: { kept, environment } } = services
    const list = async (): Promise<VariableList> => {
        const variables = await variableSummaries(nodeRed, environment, await kept.list())
        return { variables, problem: kept.problem() }
    }

    // The labels of flows are among it.
    router.add('get', 'variables', 'view', list)

    router.add('put', 'variables', 'act', async ({ body }): Promise<VariableList> => {
        const { variables } = parseVariables(body)
        await environment.replaceAll(variables, () => requireNoRestore(services))
        return await list()
    })

    router.add('post', 'variables/import', 'act', async ({ body }): Promise<VariableImport> => {
        const values = parseEnv(parseEnvironmentText(body))
        const { leftOut } = await environment.merge(values, () => requireNoRestore(services))
        return { ...await list(), leftOut }
    })

    router.add('post', 'variables/export', 'act', async (): Promise<EnvironmentText> => {
        const variables = await kept.list()
        return { text: envText(variables.map(({ name, value }) => ({ name, value, why: nodeRed.text('kept.lockedInText') }))) }
    })
}
