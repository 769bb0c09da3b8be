import type { PushResult } from '../shared/requests'

/** A sentence of the catalog. */
interface Sentence { key: string, values: Record<string, string> }

/** What stays on FlowFuse although a push failed, in the order in which it is read. */
export function whatStays ({ snapshot, before, targeted, instance: { name: instance } }: PushResult): Sentence[] {
    const sentences: Array<Sentence | false> = [
        // Without a snapshot nothing was restored either: the capture is a left-over.
        before !== null && { key: snapshot === null ? 'outcome.beforeStays' : 'outcome.before', values: { name: before.name, instance } },
        targeted === true && { key: 'outcome.targeted', values: { instance } },
        snapshot !== null && { key: 'outcome.again', values: { name: snapshot.name } }
    ]
    return sentences.filter(sentence => sentence !== false)
}
