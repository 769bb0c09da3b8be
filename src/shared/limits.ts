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
    /** Linux starts no process with a longer variable, and none with many of them: each process that a flow or npm starts gets all. */
    variableValueBytes: 64 * 1024,
    variablesBytes: 512 * 1024,
    envTextBytes: 1024 * 1024,
    /** Characters of an instance's setting that the dialog shows. */
    settingTextLength: 500,
    namesPerRequest: 1000,
    snapshotsPerPage: 20,
    /** A search looks through at most this many; also the most that one request may ask for. */
    snapshotsSearched: 1000,
    /** Devices that are listed of a team, and instances that are asked one by one where the team can't be asked. */
    devicesListed: 1000,
    instancesAskedForDevices: 20,
    /** Automatic local snapshots together; the newest stays whatever its size. */
    automaticBytes: 100 * 1024 * 1024,
    safetySnapshots: 10,
    /** A file of a local snapshot, and what is before its settings, which is read to list it. */
    localSnapshotBytes: 256 * 1024 * 1024,
    localHeadBytes: 256 * 1024,
    /** A snapshot that is looked at to be pulled is kept this long, and so many of a user's. */
    preparedPullMs: 15 * 60 * 1000,
    preparedPulls: 2,
    /** Snapshots that a user looks at, without wanting to pull them yet. */
    views: 4,
    /** A snapshot file that is opened here: more than the largest that FlowFuse takes. */
    snapshotFileBytes: 32 * 1024 * 1024,
    /** FlowFuse's own dialog asks for as many characters of the secret that a snapshot file is sealed under. */
    fileSecretLength: 8,
    /** What is sealed under a longer one could not be opened here again. */
    fileSecretMost: 1024,
    /** A smaller export is read at once; a larger one takes a thread of its own. */
    openedHereBytes: 256 * 1024,
    /** Finished jobs stay readable this long, and at most this many. */
    finishedJobMs: 30 * 60 * 1000,
    finishedJobs: 50,
    /** A sign-in that is not finished and accepted in this time, or is one too many, is forgotten. */
    signInMs: 5 * 60 * 1000,
    signIns: 50
} as const
