/**
 * True where devices would get another major version of Node-RED than they have, or theirs is not known. A device whose installation fails
 * wipes its project, so both need the user's consent.
 */
export function isMajorStep (now: string | null, then: string): boolean {
    const major = (version: string) => /\d+/.exec(version)?.[0]
    return now === null || major(now) === undefined || major(now) !== major(then)
}
