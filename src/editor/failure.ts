import { errorCodes, type ErrorAnswer, type ErrorCode, type ErrorParams } from '../shared/errors'
import { RequestFailure } from './node-red-requests'
import { t, tOr } from './text'

/** Why something did not work, as the user is told: a coded error of the runtime part, or no proper answer of Node-RED. */
export type Failure =
    | { kind: 'coded', code: ErrorCode, params: ErrorParams, because?: Failure }
    | { kind: 'offline' }
    | { kind: 'refused' }
    | { kind: 'unexpected', status: number }

export function toFailure (error: unknown): Failure {
    if (!(error instanceof RequestFailure)) {
        reportError(error)
        return { kind: 'unexpected', status: 0 }
    }
    if (isErrorAnswer(error.body)) {
        return coded(error.body)
    }
    if (error.status === 0) {
        return { kind: 'offline' }
    }
    return error.status === 401 || error.status === 403 ? { kind: 'refused' } : { kind: 'unexpected', status: error.status }
}

export function coded ({ code, params, because }: ErrorAnswer): Failure {
    return { kind: 'coded', code, params, ...(isErrorAnswer(because) && { because: coded(because) }) }
}

export function failureSentence (failure: Failure): string {
    switch (failure.kind) {
    case 'coded': return [t(`errors.${failure.code}`, spelled(failure.params)), failure.because && failureSentence(failure.because)].filter(Boolean).join(' ')
    case 'offline': return t('failure.offline')
    case 'refused': return t('failure.refused')
    case 'unexpected': return t('failure.unexpected', { status: failure.status })
    }
}

export function sameFailure (one: Failure | null, other: Failure | null): boolean {
    return one !== null && other !== null && failureSentence(one) === failureSentence(other)
}

/** What the user can do next about it. */
export function nextStep (failure: Failure): 'connect' | 'choose' | 'retry' {
    return failure.kind === 'coded' ? nextSteps[failure.code] ?? 'retry' : 'retry'
}

const nextSteps: Partial<Record<ErrorCode, 'connect' | 'choose'>> = {
    'not-connected': 'connect',
    'token-missing': 'connect',
    'token-refused': 'connect',
    'token-powerless': 'connect',
    'signed-out': 'connect',
    'needs-token': 'connect',
    'needs-full-token': 'connect',
    'token-not-for-team': 'choose',
    'store-unreadable': 'connect',
    'store-sealed-otherwise': 'connect',
    'server-not-allowed': 'connect',
    'server-http-refused': 'connect',
    'team-gone': 'choose',
    'application-gone': 'choose',
    'instance-gone': 'choose',
    'target-missing': 'choose',
    'preset-not-found': 'choose',
    'preset-ambiguous': 'choose',
    'target-not-in-team': 'choose',
    'role-too-low': 'choose'
}

/** Parameters that are words of the code, and the section that has them in the user's language. */
const sectionOf: Record<string, string> = { role: 'roles', needed: 'roles', what: 'things', state: 'states' }

function spelled (params: ErrorParams): ErrorParams {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => {
        const section = sectionOf[name]
        // A part of an answer has no word of its own.
        const otherwise = name === 'what' ? t('things.answer') : String(value)
        return [name, section === undefined ? value : tOr(`${section}.${value}`, otherwise)]
    }))
}

function isErrorCode (value: unknown): value is ErrorCode {
    return (errorCodes as readonly unknown[]).includes(value)
}

function isErrorAnswer (body: unknown): body is ErrorAnswer {
    const { code, params } = (body ?? {}) as Partial<ErrorAnswer>
    return isErrorCode(code) && typeof params === 'object' && params !== null
}
