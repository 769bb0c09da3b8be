import should from 'should'
import { autoPushText } from '../../src/editor/auto-push-text'
import type { AutoPush } from '../../src/shared/status'

/** Runs with Node-RED's editor; sentences are their keys with what fills them. */
const said = (change: Partial<AutoPush>): string => {
    const { RED } = globalThis as { RED?: unknown }
    const translated = (key: string, { replace = {} }: { replace?: Record<string, string> } = {}) => [key.replace(/.*:/, ''), ...Object.values(replace)].join(' ')
    Object.assign(globalThis, { RED: { _: translated } })
    try {
        return autoPushText({ on: true, by: 'ann', mine: true, stopped: null, failure: null, retryAt: null, kept: 3, ...change })
    } finally {
        Object.assign(globalThis, { RED })
    }
}

describe('the line of the automatic push', () => {
    it('says how many of its snapshots are there, without a most: those in use come on top', () => {
        should(said({ kept: 11 })).equal('autoPush.on 11')
    })

    it('says as whom it runs to others only, also once it has stopped', () => {
        should(said({})).not.match(/ann/)
        should(said({ mine: false })).equal('autoPush.on 3 · autoPush.as ann')
        should(said({ mine: false, stopped: { code: 'signed-out', params: {} } })).equal('autoPush.stopped · autoPush.as ann')
        should(said({ mine: false, on: false })).equal('autoPush.off')
        should(said({ mine: false, by: '' })).equal('autoPush.on 3')
    })
})
