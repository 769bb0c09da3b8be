/** Addresses that others wrote: only http and https become links. */

/** The origin that the text of the server field means (no scheme is https); null while it is no address. */
export function serverOrigin (text: string): string | null {
    const trimmed = text.trim()
    const url = webUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
    return url === null || url.username !== '' || url.password !== '' ? null : url.origin
}

/** Where a user makes a token on a server. */
export function tokenPage (origin: string): string {
    return `${origin}/account/security/tokens`
}

/** An address that may be a link; null for anything but http and https. */
export function webUrl (text: string): URL | null {
    if (!URL.canParse(text)) {
        return null
    }
    const url = new URL(text)
    return ['http:', 'https:'].includes(url.protocol) && url.hostname !== '' ? url : null
}

/** How a server is named in the panel: without the scheme everyone expects. */
export function serverLabel (origin: string): string {
    return origin.replace(/^https:\/\//, '')
}
