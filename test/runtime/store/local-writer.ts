/** A process of its own that keeps snapshots: `<folder> <name> <count>`. Says `ready`, and begins when it is told to. */
import { once } from 'node:events'
import { DataKey } from '../../../src/runtime/store/data-key'
import { LocalSnapshots } from '../../../src/runtime/store/local-snapshots'
import { content } from './local-store'

async function run ([folder, name, count]: string[]): Promise<void> {
    const snapshots = new LocalSnapshots(folder!, new DataKey(folder!, () => ['node-red-secret']), { keep: 1000 })
    await snapshots.load()
    process.stdout.write('ready\n')
    await once(process.stdin, 'data')
    for (let at = 0; at < Number(count); at++) {
        const { id } = await snapshots.create(content({ name: `${name}${at}`, kind: 'automatic' }))
        await snapshots.change(id, { description: `by ${name}` })
        await snapshots.list()
    }
}

void run(process.argv.slice(2)).then(() => process.exit(0))
