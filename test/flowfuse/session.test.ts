import should from 'should'
import { pastedToken } from '../../src/flowfuse/session'
import { CodedError } from '../../src/shared/errors'
import { limits } from '../../src/shared/limits'

function codeOf (text: string): string {
    try {
        return `taken: ${pastedToken(text)}`
    } catch (error) {
        should(JSON.stringify(error instanceof CodedError ? error.toAnswer() : error)).not.containEql('ffpat_')
        return error instanceof CodedError ? error.code : String(error)
    }
}

describe('a pasted token', () => {
    it('is taken without the white space around it', () => {
        should(pastedToken(' \tffpat_abc\n')).equal('ffpat_abc')
    })

    it('is asked for when there is none', () => {
        ;['', '  ', '\n'].forEach(text => should(codeOf(text)).equal('token-missing'))
    })

    it('is refused when no header may carry it, without being quoted', () => {
        for (const text of ['ffpat_a b', 'ffpat_a\r\nX-Evil: 1', 'ffpat_ü', 'ffpat_\u0000', `ffpat_${'x'.repeat(limits.tokenLength)}`]) {
            should(codeOf(text)).equal('token-malformed')
        }
    })
})
