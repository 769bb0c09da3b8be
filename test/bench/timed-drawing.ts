/** How long something in a page takes until it is seen, and the plain list that it is held against. */

/** Begins right after a frame, so that all have the same way to the next. @returns milliseconds to the second animation frame */
export async function timed (draw: () => void): Promise<number> {
    await frame()
    const from = performance.now()
    draw()
    await frame()
    await frame()
    return performance.now() - from
}

export async function frame (): Promise<void> {
    await new Promise(resolve => requestAnimationFrame(resolve))
}

/** A form at the end of the page, as a dialog has it. */
export function place (): HTMLElement {
    const form = document.createElement('form')
    form.className = 'ffs-form'
    document.body.append(form)
    return form
}

/** A `<ul>` with one `<li>` of text a line. */
export function plainList (lines: string[]): DocumentFragment {
    const fragment = document.createDocumentFragment()
    const list = document.createElement('ul')
    for (const line of lines) {
        const item = document.createElement('li')
        item.textContent = line
        list.append(item)
    }
    fragment.append(list)
    return fragment
}
