/**
 * Puts what a field holds on the clipboard. Pages that came unencrypted have no clipboard of their own: there the field is selected and copied.
 * @returns whether it is there
 */
export async function copyText (field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
    try {
        await navigator.clipboard.writeText(field.value)
        return true
    } catch {
        field.select()
        return document.execCommand('copy')
    }
}
