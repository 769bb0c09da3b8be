import type { Instance } from '../flowfuse/instances'
import { bodyLimit, isAtLeast, keepsHiddenSince } from '../flowfuse/platform'
import type { Session } from '../flowfuse/session'
import { listTeams } from '../flowfuse/teams'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import type { FileParts, UploadPlan, UploadTarget } from '../shared/files'
import type { PullOwnerKind } from '../shared/pull'
import type { Named } from '../shared/requests'
import { builtIntoInstances } from '../snapshot/modules'
import { carriedSettings, type FileContent } from './file-source'
import { findOwner } from './pull'
import { sizeRefusal } from './push-size'
import type { TargetChoice } from './target-choice'
import { known, memberTeam, requireKind } from './targets'
import { leftOutVariables, uploadBody, type Version } from './upload-body'

export interface UploadServer {
    session: Session
    platform: Version
    /** What the operator lets anybody put something onto. */
    targets: Pick<TargetChoice, 'lockRefusal'>
}

/** Where something is uploaded to, as FlowFuse has it now. */
export interface Destination {
    to: Named & { kind: PullOwnerKind }
    /** What an instance installs; {} for a device. */
    palette: Instance['palette']
    way: UploadPlan['way']
    refused: ErrorAnswer | null
}

/**
 * Only an import takes a snapshot as it is, and only an import reaches a device. Who may not import, but push, creates a snapshot of the
 * instance; so do flows alone, since that keeps the instance's variables and modules, which a restore of an import would take away.
 * @throws CodedError `needs-token` where a device can't even be looked at, `instance-gone`, `gone`, `team-gone`
 */
export async function destinationOf (
    { session, platform, targets }: UploadServer, { flowsOnly }: Pick<FileContent, 'flowsOnly'>, { kind, id }: UploadTarget
): Promise<Destination> {
    if (kind === 'device') {
        requireKind(session, 'listDevices')
    }
    const [owner, teams] = await Promise.all([findOwner(session, { kind, id }), listTeams(session)])
    const team = memberTeam(teams, owner.team)
    const importing = known({ kind: session.kind, platform }, team, 'import')
    const creates = kind === 'instance' && (importing !== null || flowsOnly)
    const to = { kind, id: owner.id, name: owner.name }
    const permitted = creates ? known({ kind: session.kind, platform }, team, 'push') : importing
    return {
        to,
        palette: owner.palette,
        way: creates ? 'create' : 'import',
        refused: targets.lockRefusal(owner.team, to) ?? permitted
    }
}

/**
 * What an upload of all that can be read would do.
 * @throws CodedError as `destinationOf`
 */
export async function uploadPlan (server: UploadServer, content: FileContent, target: UploadTarget): Promise<UploadPlan> {
    const { session, platform } = server
    const destination = await destinationOf(server, content, target)
    const { to, way, refused } = destination
    const { name, description } = content
    const size = async (parts: FileParts) =>
        (await uploadBody(content, destination, platform, { name, description, parts, palette: destination.palette })).bytes
    const flowsAlone = await size({ flows: true, credentials: false, variables: 'none' })
    return {
        to,
        way,
        // Whatever else is left out, the flows are what is too large.
        refused: refused ?? sizeRefusal(flowsAlone, session.origin, platform),
        lacks: lacking(content, destination, platform),
        leftOut: leftOutVariables(content),
        size: await size(readable(content)),
        most: bodyLimit(platform)
    }
}

/** @throws CodedError the destination's refusal */
export function requireOpen ({ refused }: Destination): void {
    if (refused !== null) {
        throw new CodedError(refused.code, refused.params, 403)
    }
}

function readable ({ credentials, opened }: FileContent): FileParts {
    const isKnown = Object.values(opened.env).every(value => typeof value === 'string' || value.value !== null)
    return { flows: true, credentials: credentials === 'included' || credentials === 'none', variables: isKnown ? 'all' : 'keys' }
}

function lacking (content: FileContent, { way, palette }: Destination, platform: Version): UploadPlan['lacks'] {
    const { opened } = content
    const { palette: _list, ...settings } = carriedSettings(content)
    const lacks: UploadPlan['lacks'] = []
    if (way === 'create' && Object.keys(settings).length > 0) {
        lacks.push('settings')
    }
    if (!isAtLeast(platform, keepsHiddenSince) && Object.values(opened.env).some(value => typeof value === 'object')) {
        lacks.push('hidden-flags')
    }
    const has = (name: string) => builtIntoInstances(name) || Object.hasOwn(palette, name)
    if (way === 'create' && Object.keys(opened.modules ?? {}).some(name => !has(name))) {
        lacks.push('modules-in-palette')
    }
    return lacks
}
