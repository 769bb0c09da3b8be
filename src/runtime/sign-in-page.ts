import { createHash } from 'node:crypto'
import { signInChannel } from '../shared/requests'

export type PageText = 'signIn.pageDone' | 'signIn.pageFailed'

/** A channel reaches pages of our own origin and no other, and needs no opener, which the editor takes from the window. */
const script = `new BroadcastChannel('${signInChannel}').postMessage(''); close()`
const scriptHash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`

/** Headers of every page in the sign-in window: it may run our one script, load nothing, be in no frame, and tell nobody its address. */
export const pageHeaders = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; script-src ${scriptHash}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY'
}

/**
 * The last page of the sign-in window, the same for everybody: it wakes the editor and closes itself. Where it can't, its words say what
 * to do. Nothing of the request is in it.
 * @param words from the catalog
 */
export function signInPage (title: string, words: string): string {
    return `<!doctype html><html><head><meta charset="utf-8"><title>${escaped(title)}</title></head>` +
        `<body><p>${escaped(words)}</p><script>${script}</script></body></html>\n`
}

function escaped (text: string): string {
    return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
