'use strict'

// Preloaded into Node-RED (`node --require`): after the message { failNext: name } the next opening of a file of that name for writing fails
// as on a full disk, once. Answered by { armed: true }.

const fs = require('node:fs')
const { basename } = require('node:path')

let failing = null
const open = fs.open

fs.open = function (path, flags, ...rest) {
    if (failing === null || basename(String(path)) !== failing) return open.call(this, path, flags, ...rest)
    failing = null
    rest.pop()(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
}

process.on('message', message => {
    if (!message.failNext) return
    failing = message.failNext
    process.send({ armed: true })
})
process.channel?.unref()
