'use strict'

// Preloaded into Node-RED (`node --require`): after the message { failNext: name } the next opening of a file of that name for writing fails
// as on a full disk, once. After { cutNext: name, times } that many such files have only half of their content when they are renamed, as
// when the disk filled up meanwhile. Answered by { armed: true }.

const fs = require('node:fs')
const { basename } = require('node:path')

let failing = null
const open = fs.open

fs.open = function (path, flags, ...rest) {
    if (failing === null || basename(String(path)) !== failing) return open.call(this, path, flags, ...rest)
    failing = null
    rest.pop()(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
}

let cutting = { name: null, times: 0 }
const rename = fs.rename

fs.rename = function (from, ...rest) {
    if (cutting.times > 0 && basename(String(from)) === cutting.name) {
        cutting.times--
        fs.truncateSync(from, Math.floor(fs.statSync(from).size / 2))
    }
    return rename.call(this, from, ...rest)
}

process.on('message', message => {
    if (message.cutNext) {
        cutting = { name: message.cutNext, times: message.times }
        process.send({ armed: true })
    }
    if (!message.failNext) return
    failing = message.failNext
    process.send({ armed: true })
})
process.channel?.unref()
