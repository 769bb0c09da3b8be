import type { AjaxFailure, AjaxResponse } from './node-red-types'

/** Requests to the admin API, through the editor's own jQuery: it adds the sign-in. */

declare const $: {
    ajax (options: object): {
        then (done: (answer: unknown, status: string, response: AjaxResponse) => void, failed: (failure: AjaxFailure) => void): void
    }
}

/** A request that failed: `status` 0 means that nothing answered; `body` is the JSON of the answer, if it was JSON. */
export class RequestFailure extends Error {
    constructor (readonly status: number, readonly body: unknown) {
        super(`status ${status}`)
    }
}

/** Sends JSON to a path below the admin root, with Node-RED's own sign-in. @throws RequestFailure */
export async function request (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const content = method === 'GET' ? {} : { contentType: 'application/json', data: JSON.stringify(body ?? {}) }
    return await new Promise((resolve, reject) => {
        $.ajax({ url: path, method, dataType: 'json', cache: method !== 'GET', timeout: 120_000, ...content })
            .then(resolve, failure => reject(new RequestFailure(failure.status, failure.responseJSON)))
    })
}

/** The text of a path's answer, not read as JSON: large ones are read where nobody waits for it. @throws RequestFailure */
export async function requestText (path: string): Promise<string> {
    return await new Promise((resolve, reject) => {
        $.ajax({ url: path, method: 'GET', dataType: 'text', cache: false, timeout: 120_000, headers: { Accept: 'application/json' } })
            .then(text => resolve(String(text)), ({ status, responseText }) => reject(new RequestFailure(status, readJson(responseText))))
    })
}

/** Sends a file as it is, its name percent-encoded in `X-File-Name`. @throws RequestFailure */
export async function sendFile (path: string, file: File, contentType: string): Promise<unknown> {
    const headers = { 'X-File-Name': encodeURIComponent(file.name) }
    return await new Promise((resolve, reject) => {
        $.ajax({ url: path, method: 'POST', dataType: 'json', timeout: 120_000, contentType, headers, data: file, processData: false })
            .then(resolve, failure => reject(new RequestFailure(failure.status, failure.responseJSON)))
    })
}

/** A file that a path answers with, and the header that names it. @throws RequestFailure */
export async function requestFile (path: string, body: object): Promise<{ text: string, disposition: string }> {
    const content = { contentType: 'application/json', data: JSON.stringify(body) }
    return await new Promise((resolve, reject) => {
        $.ajax({ url: path, method: 'POST', dataType: 'text', timeout: 120_000, ...content }).then(
            (text, _, response) => resolve({ text: String(text), disposition: response.getResponseHeader('Content-Disposition') ?? '' }),
            ({ status, responseText }) => reject(new RequestFailure(status, readJson(responseText)))
        )
    })
}

function readJson (text: string | undefined): unknown {
    try {
        return JSON.parse(text ?? '') as unknown
    } catch {
        return undefined
    }
}
