import { CodedError } from '../../src/shared/errors'

/** What became of some work: `done`, the code of the error it was refused with, or the words of an error that is none for users. */
export async function outcome (work: () => unknown): Promise<string> {
    try {
        await work()
        return 'done'
    } catch (error) {
        return error instanceof CodedError ? error.code : `not for users: ${String(error)}`
    }
}
