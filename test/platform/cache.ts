import { homedir } from 'node:os'
import { join } from 'node:path'

/** The user's folder for what is expensive to make and can be made again: the installed platform and the data of `npm start`. */
export function cacheFolder (): string {
    return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'node-red-contrib-flowfuse-snapshots')
}
