'use strict'

// Preloaded into Node-RED (`node --require`): copies every file that is opened for writing below the folder that WRITTEN_BELOW names, as it is
// when it is closed, renamed or linked, into the folder of WRITTEN_COPIES: also those that are gone a moment later.

const fs = require('node:fs')
const { randomBytes } = require('node:crypto')
const { basename, join } = require('node:path')

const { WRITTEN_BELOW: below, WRITTEN_COPIES: copies } = process.env
let copied = 0

function copy (path) {
    const file = String(path)
    if (!file.startsWith(below)) return
    try {
        fs.copyFileSync(file, join(copies, `${++copied}-${randomBytes(4).toString('hex')}-${basename(file)}`))
    } catch {
        // A folder, or gone: there is nothing to be found in it.
    }
}

for (const name of ['rename', 'link', 'copyFile']) {
    for (const [target, wrap] of [[fs.promises, original => async (from, ...rest) => { copy(from); return await original(from, ...rest) }],
        [fs, original => (from, ...rest) => { copy(from); return original(from, ...rest) }]]) {
        target[name] = wrap(target[name])
    }
}
for (const name of ['unlink', 'rm', 'writeFile']) {
    const original = fs.promises[name]
    fs.promises[name] = async (path, ...rest) => {
        if (name !== 'writeFile') copy(path)
        try {
            return await original(path, ...rest)
        } finally {
            if (name === 'writeFile') copy(path)
        }
    }
}
