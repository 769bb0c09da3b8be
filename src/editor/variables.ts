import type { PushPreview } from '../shared/requests'

/** What each rule for variables means for the instance, by name. */
export interface VariablesOutlook {
    /**
     * The flows refer to them and the instance would run without them. Withheld names are not among them: they are the host's or
     * FlowFuse's own on either side.
     */
    missing: string[]
    /** The instance has them now and would not after a restore. Hidden ones first. */
    gone: Array<{ name: string, hidden: boolean }>
    /** The instance has them now and would get this computer's value. */
    replaced: Array<{ name: string, hidden: boolean }>
}

type Lists = Pick<PushPreview['variables'], 'offered' | 'unset' | 'onInstance'>

/** What *send mine* can send: variables of this computer that the flows refer to, and those that the plugin keeps. */
export function ownNames ({ offered, kept }: Pick<PushPreview['variables'], 'offered' | 'kept'>): string[] {
    return [...new Set([...kept.map(({ name }) => name), ...offered])]
}

export function keepOutlook ({ offered, unset, onInstance }: Lists): VariablesOutlook {
    const there = new Set(onInstance.map(({ name }) => name))
    return { missing: [...offered, ...unset].filter(name => !there.has(name)), gone: [], replaced: [] }
}

/** Ticked variables join those of the instance, which all stay as they are. */
export function addOutlook (lists: Lists, ticked: ReadonlySet<string>): VariablesOutlook {
    const { missing } = keepOutlook(lists)
    return { missing: missing.filter(name => !ticked.has(name) || !lists.offered.includes(name)), gone: [], replaced: [] }
}

export function mineOutlook ({ offered, unset, onInstance }: Lists, ticked: ReadonlySet<string>): VariablesOutlook {
    const hiddenFirst = [...onInstance].sort((one, other) => Number(other.hidden) - Number(one.hidden))
    return {
        missing: [...offered, ...unset].filter(name => !ticked.has(name)),
        gone: hiddenFirst.filter(({ name }) => !ticked.has(name)),
        replaced: hiddenFirst.filter(({ name }) => ticked.has(name))
    }
}
