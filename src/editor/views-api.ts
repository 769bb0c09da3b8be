/** Calls of the routes that open snapshots and files to look at them. Every call throws a RequestFailure when it fails. */
import { fileType } from '../shared/files'
import type { LocalSummary } from '../shared/local'
import type { View, ViewKeepRequest, ViewRequest, ViewSource } from '../shared/views'
import { request, requestText, sendFile } from './node-red-requests'

const root = 'flowfuse-snapshots/views'
const id = encodeURIComponent

export const viewsApi = {
    openView: async (source: ViewSource) => await request('POST', root, { source } satisfies ViewRequest) as View,
    openFile: async (file: File) => await sendFile(`${root}/file`, file, fileType) as View,
    giveSecret: async (view: string, secret: string) => await request('POST', `${root}/${id(view)}/secret`, { secret }) as View,
    keepView: async (view: string, body: ViewKeepRequest) => await request('POST', `${root}/${id(view)}/local`, body) as LocalSummary,
    /** Its nodes as JSON that is not read yet. */
    viewedFlows: async (view: string) => await requestText(`${root}/${id(view)}/flows`),
    letGoOfView: async (view: string) => { await request('DELETE', `${root}/${id(view)}`) }
}
