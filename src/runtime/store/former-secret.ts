import type { FormerSecretAnswer } from '../../shared/local'
import type { DataKey } from './data-key'

/** A part of the store that has secrets under the data key: local snapshots, kept variables, sign-ins. */
export interface SealedPart { countLocked (): Promise<number> }

/**
 * Opens what was sealed while Node-RED had another credential secret: the key that was kept aside is wrapped by the present secret from
 * then on, so that the former one is needed once.
 * @throws CodedError `former-secret-wrong`, `store-write-failed`
 */
export async function takeFormerSecret (secret: string, dataKey: DataKey, parts: SealedPart[]): Promise<FormerSecretAnswer> {
    const before = await countLocked(parts)
    await dataKey.takeFormerSecret(secret)
    const stillLocked = await countLocked(parts)
    return { opened: before - stillLocked, stillLocked }
}

/** How much can't be opened under a present secret. */
export async function countLocked (parts: SealedPart[]): Promise<number> {
    const counts = await Promise.all(parts.map(part => part.countLocked()))
    return counts.reduce((sum, count) => sum + count, 0)
}
