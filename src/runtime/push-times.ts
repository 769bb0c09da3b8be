/** All in milliseconds. */
export const pushTimes = {
    /** How long a lost answer is looked for in the list. */
    lostAnswer: 30_000,
    /** The platform answers a restore only when its npm is done. */
    restoreAnswer: 10 * 60_000,
    untilRunning: 5 * 60_000,
    poll: 1000
}

/** Of an automatic push: its own retry finds what came late, and nobody else’s push has to wait so long for that. */
export const automaticPushTimes: typeof pushTimes = { ...pushTimes, lostAnswer: 3_000 }
