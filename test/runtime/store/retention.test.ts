import should from 'should'
import type { LocalHead } from '../../../src/runtime/store/local-content'
import { displaced } from '../../../src/runtime/store/retention'

const mb = 1024 * 1024

/** Newest first, named by letters. */
function gone (keep: number, ...heads: Array<Partial<LocalHead>>): string {
    const made = heads.map((head, at) => ({ id: String.fromCharCode(97 + at), kind: 'automatic', bytes: mb, credentials: 'included', ...head }) as LocalHead)
    return displaced(made, keep).map(({ id }) => id).join('')
}

const missing = { credentials: 'missing' } as const

describe('room for local snapshots', () => {
    it('is made by the oldest automatic ones', () => {
        should(gone(2, {}, {}, {}, {})).equal('cd')
        should(gone(2, {}, {})).equal('')
        should(gone(2)).equal('')
    })

    it('is never made by named, renamed, pinned or newer ones, nor do those take any', () => {
        should(gone(1, { kind: 'named' }, { pinned: true }, { renamed: true }, { newer: true }, {}, {})).equal('f')
    })

    it('is made when the automatic ones together are larger than 100 MB', () => {
        should(gone(10, { bytes: 60 * mb }, { bytes: 40 * mb }, { bytes: 1 })).equal('c')
        should(gone(10, { bytes: 60 * mb }, { bytes: 41 * mb }, { bytes: 1 })).equal('bc')
    })

    it('is never made by the newest, however large it is', () => {
        should(gone(10, { bytes: 200 * mb }, {}, {})).equal('bc')
        should(gone(0, {}, {})).equal('b')
    })

    it('is never made by one with credentials for one without', () => {
        should(gone(2, missing, missing, missing, {}, {})).equal('bc')
        should(gone(3, missing, missing, missing, {}, {})).equal('bc')
        should(gone(4, missing, missing, missing, {}, {})).equal('c')
        should(gone(1, missing, {})).equal('')
        should(gone(10, { ...missing, bytes: 90 * mb }, { bytes: 60 * mb }, { bytes: 40 * mb })).equal('')
    })

    it('is made by one without credentials for one with them', () => {
        should(gone(2, {}, missing, {})).equal('b')
    })

    it('keeps ten safety ones apart', () => {
        const safety = Array.from({ length: 12 }, () => ({ kind: 'safety' }) as const)
        should(gone(1, {}, ...safety, {})).equal('nlm')
        should(gone(1, { kind: 'safety', pinned: true }, ...safety.slice(2))).equal('')
    })
})
