import should from 'should'
import { Canaries } from './canary-words'

describe('a canary', () => {
    const canaries = new Canaries()
    const value = canaries.make('a password')
    const forms: Record<string, string | Buffer> = {
        'as it is': `x${value}y`,
        'in JSON': JSON.stringify({ a: JSON.stringify({ value }) }),
        'in an address': `?a=${encodeURIComponent(value)}`,
        'in hex': Buffer.from(`x${value}`).toString('hex'),
        'in UTF-16': Buffer.from(value, 'utf16le'),
        ...Object.fromEntries(['', 'a', 'ab', 'abc'].flatMap(before => (['base64', 'base64url'] as const).map(encoding =>
            [`in ${encoding} after ${before.length}`, Buffer.from(`${before}${value}, and more`).toString(encoding)])))
    }
    for (const [how, text] of Object.entries(forms)) {
        it(`is found ${how}`, () => {
            should(canaries.foundIn(text)).eql(['a password'])
        })
    }

    it('is not found where it is not', () => {
        should(canaries.foundIn(new Canaries().make('another'))).eql([])
    })
})
