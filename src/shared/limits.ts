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
    snapshotsPerPage: 20,
    /** A search looks through at most this many; also the most that one request may ask for. */
    snapshotsSearched: 1000,
    /** Devices that are listed of a team, and instances that are asked one by one where the team can't be asked. */
    devicesListed: 1000,
    instancesAskedForDevices: 20,
    /** Finished jobs stay readable this long, and at most this many. */
    finishedJobMs: 30 * 60 * 1000,
    finishedJobs: 50,
    /** A sign-in that is not finished and accepted in this time, or is one too many, is forgotten. */
    signInMs: 5 * 60 * 1000,
    signIns: 50
} as const
