/** The admin routes of snapshot files, typed. Every call throws a RequestFailure when it fails. */
import type {
    EnvironmentFileRequest, PackageFileRequest, SnapshotFileRequest, UploadAnswer, UploadPlan, UploadPlanRequest, UploadRequest
} from '../shared/files'
import { request, requestFile } from './node-red-requests'
import { fileNameIn } from './save-file'

const root = 'flowfuse-snapshots'

/** A file on its way to the user. */
export interface MadeFile { name: string, text: string }

export const filesApi = {
    snapshotFile: async (body: SnapshotFileRequest): Promise<MadeFile> => await file('snapshot', body, 'snapshot.json'),
    packageFile: async (body: PackageFileRequest): Promise<MadeFile> => await file('package', body, 'package.json'),
    environmentFile: async (body: EnvironmentFileRequest): Promise<MadeFile> => await file('environment', body, 'node-red.env'),
    planUpload: async (body: UploadPlanRequest) => await request('POST', `${root}/uploads/plan`, body) as UploadPlan,
    upload: async (body: UploadRequest) => await request('POST', `${root}/uploads`, body) as UploadAnswer
}

export type FilesApi = typeof filesApi

async function file (kind: string, body: object, otherwise: string): Promise<MadeFile> {
    const { text, disposition } = await requestFile(`${root}/files/${kind}`, body)
    return { name: fileNameIn(disposition, otherwise), text }
}
