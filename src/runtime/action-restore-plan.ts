import { FlowFuseError } from '../flowfuse/errors'
import { getInstanceSnapshot, type InstanceSnapshot } from '../flowfuse/instance-snapshots'
import { isAtLeast, keepsHiddenSince } from '../flowfuse/platform'
import { fullSnapshot } from '../flowfuse/snapshots'
import type { RestoredContents, RestoreTherePlan } from '../shared/actions'
import { CodedError } from '../shared/errors'
import type { PushNote } from '../shared/requests'
import { builtIntoInstances, isPlatformModule, validModuleName, validModuleVersion } from '../snapshot/modules'
import { isObject } from '../snapshot/parse'
import { seenOf, type ActionPlace } from './action-place'
import { because } from './because'
import { openOnThread } from './pull-thread'
import { deployedSince } from './push-preview'
import type { StoredLink } from './store/connections-file'
import { known } from './targets'

/**
 * What a restore of a snapshot on its instance would change there.
 * @param key see `fingerprint`
 * @throws CodedError `snapshot-gone`; `contents-not-read` for a snapshot that FlowFuse can't read itself, and whose restore breaks the instance
 */
export async function restoreTherePlan (place: ActionPlace, snapshotId: string, link: StoredLink | null, key: Uint8Array): Promise<RestoreTherePlan> {
    const { session, instance, platform, team } = place
    const snapshot = await getInstanceSnapshot(session, instance.id, snapshotId)
    const contents = await contentsOf(place, snapshot, key)
    return {
        snapshot: { id: snapshot.id, name: snapshot.name },
        instance: { id: instance.id, name: instance.name, url: instance.url, state: instance.state },
        notes: notes(place, contents, link),
        contents,
        addModulesRefused: known({ kind: session.kind, platform }, team, 'editPalette') ?? known({ kind: session.kind, platform }, team, 'restart'),
        seen: seenOfRestore(place, snapshot)
    }
}

/** What a user must have seen to restore: what runs there, what it loses, and what would run. */
export function seenOfRestore ({ instance }: ActionPlace, { id, name, description }: InstanceSnapshot): string {
    const { deployedAt, isProtected, hasBasicAuth, palette, variables } = instance
    return seenOf([id, name, description, instance.name, deployedAt, isProtected, hasBasicAuth, Object.entries(palette).sort(), variables])
}

/** Modules that could join the palette list, by name. */
export function addableThere (modules: InstanceSnapshot['modules']): Array<{ name: string, version: string }> {
    const isAddable = (name: string) => validModuleName(name) && !builtIntoInstances(name) && !isPlatformModule(name)
    return Object.entries(modules).filter(([name, version]) => isAddable(name) && validModuleVersion(version))
        .map(([name, version]) => ({ name, version }))
}

async function contentsOf ({ session, instance }: ActionPlace, snapshot: InstanceSnapshot, key: Uint8Array): Promise<RestoredContents | null> {
    const opened = await fullSnapshot(session, snapshot.id)
        .then(bytes => openOnThread({ bytes, secret: '', fingerprintKey: key }))
        .catch((error: unknown) => {
            // Roles can differ by application, and this route does not know them.
            if (error instanceof FlowFuseError && error.platformStatus === 403) {
                return null
            }
            const isOnTheWay = error instanceof FlowFuseError && error.platformStatus !== 500
            throw isOnTheWay ? error : because('contents-not-read', { name: snapshot.name }, error)
        })
    if (opened === null) {
        return null
    }
    if (opened.about.id !== snapshot.id) {
        throw new CodedError('answer-unexpected', { what: 'snapshots' }, 502)
    }
    const { palette } = opened.runtimeSettings
    const listed = isObject(palette) && isObject(palette.modules) ? palette.modules : {}
    const variables = [...Object.keys(opened.env), ...opened.unfitVariables]
    return {
        modulesMissing: addableThere(snapshot.modules).filter(({ name }) => !Object.hasOwn(listed, name)),
        modulesGone: Object.keys(instance.palette).filter(name => !Object.hasOwn(listed, name)),
        variablesGone: instance.variables.map(({ name }) => name).filter(name => !variables.includes(name)),
        variablesNew: variables.filter(name => !name.startsWith('FF_') && !instance.variables.some(variable => variable.name === name))
    }
}

function notes ({ instance, platform }: ActionPlace, contents: RestoredContents | null, link: StoredLink | null): PushNote[] {
    const hidden = instance.variables.filter(variable => variable.hidden).length
    const all: Array<[boolean, PushNote]> = [
        [instance.isProtected, { code: 'restore-protected', params: { instance: instance.name } }],
        [instance.state === 'suspended', { code: 'instance-suspended', params: {} }],
        [link !== null && deployedSince(link, instance), { code: 'restore-deployed-since', params: {} }],
        [instance.hasBasicAuth && !isAtLeast(platform, '2.13.0'), { code: 'restore-breaks-basic-auth', params: {} }],
        [hidden > 0 && !isAtLeast(platform, keepsHiddenSince), { code: 'restore-shows-hidden', params: { count: hidden } }],
        [contents === null, { code: 'restore-contents-unknown', params: {} }]
    ]
    return all.filter(([applies]) => applies).map(([, note]) => note)
}
