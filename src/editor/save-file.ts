/** Has the browser save a text as a file. The name is a proposal: the browser leaves out what its system does not take. */
export function saveFile (name: string, text: string): void {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** The file name in a Content-Disposition header as Node-RED sends it, which is plain; `otherwise` where there is none. */
export function fileNameIn (disposition: string, otherwise: string): string {
    return /filename="([^"]+)"/i.exec(disposition)?.[1] ?? otherwise
}

/** A secret for a snapshot file, as FlowFuse's own dialog makes one: 32 hexadecimal digits. */
export function newFileSecret (): string {
    return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
