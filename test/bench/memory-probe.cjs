'use strict'

// Preloaded into Node-RED (`node --expose-gc --require`), to be asked over its IPC channel what memory it uses, in bytes of
// V8's heap and of buffers outside of it: `used` is all, `old` is without the young generation, where up to 16 MB of garbage wait for
// V8 whatever a program does.
// { memory: 'idle' } is answered by { idle } after a forced collection; 'watch' begins to sample every 20 ms; 'peak' ends that and
// is answered by { peak }.

const v8 = require('node:v8')

const sampleMs = 20

let peak
let timer

function sample () {
    const { heapUsed, external } = process.memoryUsage()
    const young = v8.getHeapSpaceStatistics().filter(space => space.space_name.startsWith('new_')).reduce((sum, space) => sum + space.space_used_size, 0)
    return { used: heapUsed + external, old: heapUsed + external - young }
}

function watch () {
    const now = sample()
    peak = { used: Math.max(peak.used, now.used), old: Math.max(peak.old, now.old) }
}

process.on('message', ({ memory }) => {
    if (memory === 'idle') {
        // What a first collection finalises, only the next one frees.
        for (let round = 0; round < 3; round++) globalThis.gc()
        process.send({ idle: sample() })
    }
    if (memory === 'watch') {
        peak = sample()
        timer = setInterval(watch, sampleMs)
        process.send({ watching: true })
    }
    if (memory === 'peak') {
        clearInterval(timer)
        watch()
        process.send({ peak })
    }
})
// Listening for messages alone must not keep Node-RED alive.
process.channel?.unref()
