import should from 'should'
import { t } from '../../src/editor/text'

/** Node-RED's own translation with one sentence. */
const withSentence = (sentence: string, run: () => void) => {
    const { RED } = globalThis as { RED?: unknown }
    const translated = (_key: string, { replace }: { replace: Record<string, string | number> }) =>
        Object.entries(replace).reduce((text, [name, value]) => text.replaceAll(`__${name}__`, String(value)), sentence)
    Object.assign(globalThis, { RED: { _: translated } })
    try {
        run()
    } finally {
        Object.assign(globalThis, { RED })
    }
}

describe('a sentence of the catalog', () => {
    it('is not turned around by a name that sets the direction of text', () => {
        withSentence('Remove “__name__” for good?', () => {
            for (const mark of ['\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069']) {
                t('any.key', { name: `a${mark}b` }).should.equal('Remove “a\uFFFDb” for good?')
            }
        })
    })

    it('keeps names of every script as they are, and numbers', () => {
        withSentence('__name__, __count__', () => {
            should(t('any.key', { name: 'קו 1 – خط ٢', count: 2 })).equal('קו 1 – خط ٢, 2')
        })
    })
})
