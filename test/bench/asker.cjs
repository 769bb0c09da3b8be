'use strict'

// A process of its own that asks an HTTP endpoint again and again, each time as soon as the answer is there, and tells the longest
// time that an answer took. Plain JavaScript, so that it starts at once and nothing but the asking runs in it.
// Messages: { begin: url, warmUp?: answers that don't count } is answered by { begun: true } with the first answer, { end: true } by
// { longest, answers } after the last.

const http = require('node:http')

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
let asking = false

function ask (url) {
    return new Promise((resolve, reject) => {
        const started = process.hrtime.bigint()
        http.get(url, { agent }, response => {
            if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`))
            response.resume().once('end', () => resolve(Number(process.hrtime.bigint() - started) / 1e6)).once('error', reject)
        }).once('error', reject)
    })
}

async function askUntilEnd (url, warmUp = 200) {
    asking = true
    // The first answers come from a connection and code that are not warm yet.
    for (let count = 0; count < warmUp; count++) await ask(url)
    process.send({ begun: true })
    let longest = 0
    let answers = 0
    while (asking) {
        longest = Math.max(longest, await ask(url))
        answers++
    }
    process.send({ longest, answers })
}

process.on('message', message => {
    if (message.begin) askUntilEnd(message.begin, message.warmUp).catch(error => { process.send({ failed: error.message }) })
    if (message.end) asking = false
})
process.on('disconnect', () => process.exit())
