import { closeSync, constants, existsSync, openSync } from 'node:fs'

/** Writes nothing to pipes, again and again, so that one who waits for a writer fails in place of keeping the process from its end. */
export function openPipes (files: string[]): { end: () => void } {
    const open = (file: string) => closeSync(openSync(file, constants.O_RDWR | constants.O_NONBLOCK))
    const openAll = () => files.filter(file => existsSync(file)).forEach(open)
    const timer = setInterval(openAll, 300)
    return { end: () => { clearInterval(timer); openAll() } }
}
