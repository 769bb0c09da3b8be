'use strict'

// What a process holds: memory after a collection, handles, timers, listeners and open files. Loaded by `require`, or preloaded into Node-RED
// (`node --expose-gc --require`), where { gauge: true } over its IPC channel is answered by { gauged }.

const { createHook } = require('node:async_hooks')
const { readdirSync } = require('node:fs')
const { dirname } = require('node:path')
const v8 = require('node:v8')
const { runInNewContext } = require('node:vm')

if (globalThis.gc === undefined) {
    v8.setFlagsFromString('--expose-gc')
    globalThis.gc = runInNewContext('gc')
}

// Those that keep no process alive, as most of the plugin's, are in no other list.
const timers = new Set()
createHook({
    init: (id, type) => { if (type === 'Timeout') timers.add(id) },
    destroy: id => { timers.delete(id) }
}).enable()

const rest = () => new Promise(resolve => setImmediate(resolve))

/** @param emitters whose listeners are counted beside the process' own */
async function gauge (emitters = []) {
    // What a first collection finalises, only the next one frees.
    for (let round = 0; round < 4; round++) {
        globalThis.gc()
        await rest()
    }
    const { heapUsed, external } = process.memoryUsage()
    const handles = process.getActiveResourcesInfo().filter(type => !/^(?:Timeout|Immediate|FSReq|CloseReq)/.test(type))
    const listeners = [process, ...emitters].flatMap(emitter => emitter.eventNames().map(name => emitter.listenerCount(name)))
    return {
        bytes: heapUsed + external,
        handles: handles.length,
        timers: timers.size,
        listeners: listeners.reduce((sum, count) => sum + count, 0),
        openFiles: openFiles()
    }
}

/** Also sockets and pipes; 0 where the system does not tell. */
function openFiles () {
    try {
        return readdirSync('/proc/self/fd').length - 1
    } catch {
        return 0
    }
}

function nodeRedEvents () {
    return require(require.resolve('@node-red/util', { paths: [dirname(process.argv[1])] })).events
}

process.on('message', message => {
    if (message?.gauge) {
        gauge([nodeRedEvents()]).then(gauged => process.send({ gauged }), error => process.send({ failed: String(error) }))
    }
})
// Listening for messages alone must not keep a process alive.
process.channel?.unref()

module.exports = { gauge }
