/** Every limit of the plugin in one place; both sides of the admin API import it. Sizes are bytes unless a name says otherwise. */
export const limits = {
    /** A name is a VARCHAR(255) on the platform, which itself does not check it. */
    nameLength: 255,
    descriptionLength: 10_000,
    /** JSON answers of the platform. */
    answerBytes: 32 * 1024 * 1024,
    jsonDepth: 100,
    flowNodes: 50_000,
    tokenLength: 1024,
    serverUrlLength: 2048,
    variableNameLength: 255,
    namesPerRequest: 1000,
    /** JSON bodies of our own admin routes (no snapshot travels in them). */
    requestBytes: 256 * 1024,
    snapshotsPerPage: 20,
    /** Finished jobs stay readable this long, and at most this many. */
    finishedJobMs: 30 * 60 * 1000,
    finishedJobs: 50
} as const
