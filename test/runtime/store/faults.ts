import fs from 'node:fs/promises'

type Asynchronous = (...args: unknown[]) => Promise<unknown>
const patched = ['open', 'mkdir', 'rename', 'link', 'unlink', 'rm'] as const
const originals = Object.fromEntries(patched.map(name => [name, fs[name]])) as unknown as Record<(typeof patched)[number], Asynchronous>
const functions = fs as unknown as Record<string, Asynchronous>

/** Stands between the store and the disk: counts what changes files, and lets it fail from the n-th on. */
export class DiskFaults {
    readonly operations: string[] = []
    /** `once`: only the n-th fails. `all`: nothing after it happens either, as in a process that was killed there. */
    private failing: { at: number, code: string, how: 'once' | 'all' } | null = null

    constructor () {
        for (const name of patched) {
            functions[name] = name === 'open' ? this.open : (...args) => this.step(name, () => originals[name](...args))
        }
    }

    /** @param at counted from 1, from now on */
    fail (at: number, code: string, how: 'once' | 'all'): void {
        this.operations.length = 0
        this.failing = { at, code, how }
    }

    end (): void {
        for (const name of patched) {
            functions[name] = originals[name]
        }
    }

    private readonly open: Asynchronous = async (file, flags, ...more) => {
        const writes = (Number(flags) & fs.constants.O_WRONLY) !== 0
        const opened = () => originals.open(file, flags, ...more)
        const handle = (writes ? await this.step('open', opened) : await opened()) as fs.FileHandle
        const { writeFile } = handle
        handle.writeFile = data => this.step('write', () => writeFile.call(handle, data), async () => {
            // A write that is cut short.
            const bytes = Buffer.from(data as string)
            await writeFile.call(handle, bytes.subarray(0, bytes.length / 2))
        })
        // No disk loses its power here, and a real sync is slow.
        handle.sync = () => this.step('sync', async () => undefined)
        return handle
    }

    private async step<T> (name: string, work: () => Promise<T>, half: () => Promise<void> = async () => undefined): Promise<T> {
        this.operations.push(name)
        const { at = Infinity, code = '', how } = this.failing ?? {}
        const now = this.operations.length
        if (now === at) {
            await half()
        }
        if (now === at || (now > at && how === 'all')) {
            throw Object.assign(new Error(`injected ${code}`), { code })
        }
        return await work()
    }
}
