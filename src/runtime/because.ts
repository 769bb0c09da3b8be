import { CodedError, type ErrorCode, type ErrorParams } from '../shared/errors'

/** Puts a sentence around a failure, which follows as its reason. What is no sentence for a user is given back as it is. */
export function because (code: ErrorCode, params: ErrorParams, error: unknown): unknown {
    return error instanceof CodedError ? new CodedError(code, params, 502, { cause: error, because: error.toAnswer() }) : error
}
