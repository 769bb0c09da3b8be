'use strict'

// Preloaded (`node --require`) into the platform, the launchers it spawns and the Node-RED instances those spawn.
// None of the three can be told all of this by configuration, and the platform hands its children an environment of
// its own making, so NODE_OPTIONS would not reach them:
//
// - *No telemetry* from Node-RED, which the platform's settings cannot express either.
// - *Loopback.* The launcher names no address to listen on and Node-RED's is not in the settings the platform writes
//   for it, so both would listen on every interface: a test platform must not be reachable from the network.
// - *No orphans.* The platform detaches its launchers and leaves them running. Here each process holds an IPC channel
//   to the one that spawned it and stops, in its own orderly way, when that one is gone for whatever reason.

const childProcess = require('node:child_process')
const dns = require('node:dns')
const net = require('node:net')

/** How long an orphan may take to stop by itself: longer than a launcher gives its Node-RED (10 s). */
const ORPHAN_GRACE = 12_000

const isPort = value => typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, second, ...rest) {
    if (isPort(first)) {
        const others = typeof second === 'string' ? rest : [second, ...rest]
        return listen.call(this, first, '127.0.0.1', ...others.filter(value => value !== undefined))
    }
    if (first !== null && typeof first === 'object' && isPort(first.port)) {
        return listen.call(this, { ...first, host: '127.0.0.1' }, ...[second, ...rest].filter(value => value !== undefined))
    }
    return listen.apply(this, arguments)
}

// The platform reaches its launchers as `localhost`, which may mean ::1, where nothing listens now.
dns.setDefaultResultOrder('ipv4first')

function report (message) {
    // The one who listens may have gone, which is no reason to fail.
    if (process.connected) process.send(message, () => {})
}

const spawn = childProcess.spawn
childProcess.spawn = function (file, args, options) {
    if (file !== process.execPath || !Array.isArray(args) || !Array.isArray(options?.stdio)) return spawn.apply(this, arguments)
    const child = spawn.call(this, file, ['--require', __filename, ...args], {
        ...options,
        env: { ...(options.env ?? process.env), NODE_RED_DISABLE_TELEMETRY: 'true' },
        stdio: [...options.stdio, 'ipc']
    })
    child.channel?.unref()
    // A launcher leads a process group of its own: who knows its pid can end the group and see it gone.
    if (options.detached && child.pid) {
        report({ started: child.pid })
        child.once('exit', () => report({ ended: child.pid }))
    }
    return child
}

if (process.connected) {
    process.once('disconnect', () => {
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORPHAN_GRACE).unref()
        process.kill(process.pid, 'SIGTERM')
    })
    process.channel.unref()
}
