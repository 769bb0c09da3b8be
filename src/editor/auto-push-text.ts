import type { AutoPush } from '../shared/status'
import { t } from './text'

/** Whether the automatic push is on, how many of its snapshots are there, and as whom it runs where that is somebody else. */
export function autoPushText ({ on, by, mine, stopped, kept }: AutoPush): string {
    const state = !on ? t('autoPush.off') : stopped === null ? t('autoPush.on', { count: kept }) : t('autoPush.stopped')
    return on && !mine && by !== '' ? `${state} · ${t('autoPush.as', { user: by })}` : state
}
