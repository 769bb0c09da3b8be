/** Exchanges that the fake does not imitate: an id, or the beginning of ids up to a slash, and why. */
export const notClaimed: { pattern: string, reason: string }[] = [
    {
        pattern: 'rate-limit/',
        reason:
            'Recorded on a second platform with rate limits, after requests that are not in the recording. ' +
            'A test that needs a 429 lays it with respondWith.'
    }
]

/** The entry that takes an exchange out of the claim. */
export function reasonNotToClaim (id: string): (typeof notClaimed)[number] | undefined {
    return notClaimed.find(({ pattern }) => (pattern.endsWith('/') ? id.startsWith(pattern) : id === pattern))
}
