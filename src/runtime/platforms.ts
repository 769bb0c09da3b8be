import { findPlatform, type Platform } from '../flowfuse/platform'

/** What is known of the servers, asked once per server and process. */
export class Platforms {
    private readonly known = new Map<string, Platform>()

    /** Asks the server anew. @throws FlowFuseError */
    async find (origin: string): Promise<Platform> {
        const platform = await findPlatform(origin)
        this.known.set(origin, platform)
        return platform
    }

    /** The server as found before, asked only if it was not. @throws FlowFuseError */
    async get (origin: string): Promise<Platform> {
        return this.known.get(origin) ?? await this.find(origin)
    }

    /** The version found last; null when it was never asked or does not tell. */
    versionOf (origin: string): string | null {
        return this.known.get(origin)?.version ?? null
    }
}
