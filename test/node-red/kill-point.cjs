'use strict'

// Preloaded into Node-RED (`node --require`) to end it by SIGKILL at one of its points: every change that it makes to a file below
// KILL_BELOW, and every runtime event that a deploy passes. A write is left half done. Reads are no points.
// Counting begins with the message { from: n }, or at the process's start with KILL_AT=n; n is the point to die at, 0 for none, 1 the first.
// { points: true } is answered by { points } with those passed so far. The point of death is written to the file KILL_NOTE.

const fs = require('node:fs')
const { EventEmitter } = require('node:events')
const { relative } = require('node:path')

const { KILL_BELOW: below, KILL_NOTE: note, KILL_AT: atStart } = process.env
const original = { writeSync: fs.writeSync, writeFileSync: fs.writeFileSync }

let counting = atStart !== undefined
let deadly = Number(atStart ?? 0)
let points = []
const fileOf = new Map()

function belowFolder (path) {
    const name = typeof path === 'string' || Buffer.isBuffer(path) ? relative(below, String(path)) : '..'
    // Node-RED's own list of nodes and of editor settings are no part of what is restored.
    return name !== '' && !name.startsWith('..') && !/^\.config\.(nodes|users)|^node_modules|^\.npm/.test(name) ? name : null
}

/** @param half leaves half of what a write would do */
function pass (point, half) {
    if (!counting) return
    points.push(point)
    if (points.length !== deadly) return
    half?.()
    original.writeFileSync(note, `${points.length} ${point}`)
    process.kill(process.pid, 'SIGKILL')
    // The signal may take a moment, in which nothing more may happen.
    for (;;);
}

function named (name) {
    // Names of our own carry ids and random marks.
    return name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}/g, 'x').replace(/\d+-x/g, 'x')
}

const changing = flags => typeof flags === 'number' ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0 : /[wa+]/.test(flags ?? 'r')

function watchPath (target, operation) {
    const run = target[operation]
    target[operation] = function (...args) {
        const name = args.slice(0, 2).map(belowFolder).find(Boolean)
        if (name && (operation !== 'open' || changing(args[1]))) pass(`${operation} ${named(name)}`)
        const result = run.apply(this, args)
        if (operation === 'open' && result instanceof Promise) {
            // Folders are opened for reading, to be synced. A descriptor that is used again is another file's.
            return result.then(handle => { fileOf.set(handle.fd, name); return handle })
        }
        return result
    }
}

for (const operation of ['rename', 'unlink', 'copyFile', 'link', 'rm', 'open', 'chmod', 'mkdir']) watchPath(fs.promises, operation)
for (const operation of ['rename', 'unlink', 'copyFile', 'link', 'rm', 'chmod', 'renameSync', 'unlinkSync', 'copyFileSync']) watchPath(fs, operation)

// Through descriptors, as streams and Node-RED's own storage write.
const open = fs.open
fs.open = function (path, flags, ...rest) {
    const name = belowFolder(path)
    if (!name || !changing(flags)) return open.call(this, path, flags, ...rest)
    pass(`open ${named(name)}`)
    const done = rest.pop()
    return open.call(this, path, flags, ...rest, (error, fd) => {
        if (!error) fileOf.set(fd, name)
        done(error, fd)
    })
}
for (const operation of ['write', 'writev', 'fsync', 'close']) {
    const run = fs[operation]
    fs[operation] = function (fd, data, ...rest) {
        const name = fileOf.get(fd)
        if (operation === 'close') fileOf.delete(fd)
        else if (name) pass(`${operation} ${named(name)}`, operation === 'write' ? () => halfOf(fd, data) : undefined)
        return run.call(this, fd, data, ...rest)
    }
}

function halfOf (fd, data) {
    const bytes = Buffer.from(data)
    original.writeSync(fd, bytes, 0, Math.floor(bytes.length / 2))
}

// Through handles, as the plugin writes.
const handleMade = fs.promises.open(__filename).then(async handle => {
    const prototype = Object.getPrototypeOf(handle)
    await handle.close()
    for (const operation of ['writeFile', 'write', 'sync', 'datasync']) {
        const run = prototype[operation]
        prototype[operation] = function (data, ...rest) {
            const name = fileOf.get(this.fd)
            if (name) pass(`${operation} ${named(name)}`, /write/.test(operation) ? () => halfOf(this.fd, data) : undefined)
            return run.call(this, data, ...rest)
        }
    }
})

const emit = EventEmitter.prototype.emit
EventEmitter.prototype.emit = function (event, ...args) {
    if (/^flows:(stopping|stopped|starting|started)$/.test(String(event))) pass(`event ${event}`)
    if (event === 'runtime-event' && args[0]?.id === 'runtime-deploy') pass('event runtime-deploy')
    return emit.call(this, event, ...args)
}

process.on('message', message => {
    if ('from' in message) {
        handleMade.then(() => {
            points = []
            deadly = message.from
            counting = true
            process.send({ counting: true })
        })
    }
    if (message.points) process.send({ points })
})
process.channel?.unref()
