import { ConnectionsFile, own, type StoredAutoPush, type StoredConnections, type StoredLink } from './connections-file'

/** What this Node-RED has in common with instances, whoever brought it there: the last push or pull, and automatic pushes. */
export class Links extends ConnectionsFile {
    async link (server: string, instanceId: string): Promise<StoredLink | null> {
        const { links } = await this.read()
        return own(links, `${server} ${instanceId}`) ?? null
    }

    async setLink (server: string, instanceId: string, link: StoredLink): Promise<void> {
        await this.change(file => { file.links[`${server} ${instanceId}`] = link })
    }

    /** The other way round than `setLink`: what was pulled is forgotten for what was remembered before, unless something else came after it. */
    async takeLinkBack (server: string, instanceId: string, pulled: string, before: StoredLink | null): Promise<boolean> {
        const key = `${server} ${instanceId}`
        const isLast = ({ links }: StoredConnections) => own(links, key)?.snapshotId === pulled && own(links, key)?.pulledAt !== undefined
        if (!isLast(await this.read())) {
            return false
        }
        await this.change(file => {
            if (before === null) {
                delete file.links[key]
            } else {
                file.links[key] = before
            }
        })
        return true
    }

    /** Remembers a deploy on a linked instance as our own. */
    async setDeployedAt (server: string, instanceId: string, deployedAt: string | null): Promise<void> {
        await this.change(file => {
            const link = own(file.links, `${server} ${instanceId}`)
            if (link !== undefined) {
                link.deployedAt = deployedAt
            }
        })
    }

    async autoPush (server: string, instanceId: string): Promise<StoredAutoPush | null> {
        const { autoPushes } = await this.read()
        return own(autoPushes, `${server} ${instanceId}`) ?? null
    }

    /** Those that are switched on and have not stopped. */
    async runningAutoPushes (): Promise<Array<StoredAutoPush & { server: string }>> {
        const { autoPushes } = await this.read()
        return Object.entries(autoPushes).filter(([, { on, stopped }]) => on && stopped === null)
            .map(([key, each]) => ({ ...structuredClone(each), server: key.slice(0, key.indexOf(' ')) }))
    }

    async setAutoPush (server: string, instanceId: string, autoPush: StoredAutoPush): Promise<void> {
        await this.change(file => { file.autoPushes[`${server} ${instanceId}`] = autoPush })
    }

    /** Changes what is remembered of an automatic push; nothing where there is none. */
    async changeAutoPush (server: string, instanceId: string, edit: (autoPush: StoredAutoPush) => void): Promise<void> {
        await this.change(file => {
            const stored = own(file.autoPushes, `${server} ${instanceId}`)
            if (stored !== undefined) {
                edit(stored)
            }
        })
    }
}
