import should from 'should'
import { FlowFuseError } from '../../src/flowfuse/errors'
import { CodedError, type ErrorCode, type ErrorParams } from '../../src/shared/errors'

/** The error that a promise is refused with; fails when it is not refused, or with another code or other params. */
export async function failure (work: Promise<unknown>, code: ErrorCode, params: ErrorParams = {}): Promise<CodedError> {
    const error = await work.then(() => undefined, (reason: unknown) => reason)
    should(error).be.instanceof(CodedError)
    const coded = error as CodedError
    should(coded.code).equal(code)
    should(coded.params).containEql(params)
    return coded
}

/** As `failure`, for what every failed call to the platform must be. */
export async function callFailure (work: Promise<unknown>, code: ErrorCode, params: ErrorParams = {}): Promise<FlowFuseError> {
    const error = await failure(work, code, params)
    should(error).be.instanceof(FlowFuseError)
    return error as FlowFuseError
}
