import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { LocalNodeRed } from '../test/node-red/local'

/** What the example flow answers with at /press/check, here and on the hosted instance. */
export interface PressAnswers { plant: string, plcKey: string, signature: string, signedInAs: string }

const exampleFile = new URL('../examples/press-line.json', import.meta.url)

/** Values that no run has had before. */
export function drawAnswers (): PressAnswers {
    const draw = () => randomBytes(9).toString('base64url')
    return { plant: `plant-${draw()}`, plcKey: draw(), signature: draw(), signedInAs: `press:${draw()}` }
}

/** The host's environment in which the example flow answers so. */
export function environmentFor (answers: PressAnswers): Record<string, string> {
    return { PLANT_NAME: answers.plant }
}

/** Deploys the example flow with these values as its credentials. */
export async function deployExample (local: LocalNodeRed, answers: PressAnswers): Promise<void> {
    const flows = JSON.parse(await readFile(exampleFile, 'utf8')) as Array<{ id: string, type: string }>
    const idOf = (matches: (type: string) => boolean): string => flows.find(node => matches(node.type))?.id ?? ''
    const [user, password] = answers.signedInAs.split(':')
    const credentials = {
        [idOf(type => type === 'tab')]: { PLC_KEY: answers.plcKey },
        [idOf(type => type === 'http request')]: { user, password },
        [idOf(type => type.startsWith('subflow:'))]: { SIGNING_KEY: answers.signature }
    }
    const answer = await local.call('POST', 'flows', { flows, credentials }, { 'Node-RED-API-Version': 'v2' })
    if (answer.status !== 200) {
        throw new Error(`Node-RED did not take the example flow (${answer.status}).`)
    }
}

/** What a Node-RED with the example flow answers; an empty object where it does not answer as the example would. */
export async function askPress (url: string): Promise<Partial<PressAnswers>> {
    const response = await fetch(`${url.replace(/\/$/, '')}/press/check`)
    return response.ok ? await response.json() as PressAnswers : {}
}
