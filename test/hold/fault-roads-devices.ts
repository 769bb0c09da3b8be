import type { DeviceCaptureAnswer } from '../../src/shared/devices'
import type { Road } from './fault-roads'
import { theirFlows, type FaultWorld } from './fault-world'

const app = ({ fake }: FaultWorld) => fake.ids.devices.edgeApp
const all = (world: FaultWorld) => `instances/${world.filler}/devices`
const one = (world: FaultWorld) => `${all(world)}/${app(world)}`
const owner = (world: FaultWorld) => ({ kind: 'device', id: app(world) })
const snapshots = (world: FaultWorld) =>
    [0, 1].map(nth => world.fake.addSnapshot(app(world), { name: `there ${nth}`, flows: theirFlows, modules: { 'node-red': '4.1.15' } }))

const targetOf = (world: FaultWorld, snapshot: string) => `${one(world)}/target?snapshot=${snapshot}&kind=device&owner=${app(world)}`

async function setTarget (world: FaultWorld, snapshot: string): Promise<void> {
    const { seen } = await world.ask('GET', targetOf(world, snapshot))
    await world.ask('PUT', `${one(world)}/target`, { snapshot, from: owner(world), seen, majorStep: true })
}

/** What a user does with the devices of the target. */
export function deviceRoads (connected: (name: string, begin: Road['begin']) => Road): Road[] {
    return [
        connected('looking at devices', async world => {
            snapshots(world)
            return async () => {
                const { parts } = await world.ask<{ parts: string[] }>('GET', all(world))
                for (const part of new Set([...parts, 'instance', 'application'])) {
                    await world.ask('GET', `${all(world)}/page?part=${part}`)
                }
                await world.ask('GET', `instances/${world.filler}/automatic`)
                await world.ask('GET', `${one(world)}/automatic`)
                await world.ask('GET', `${one(world)}/targets?limit=20`)
            }
        }),
        connected('making a snapshot of a device', async world => async nth => {
            await world.ask('POST', `${one(world)}/snapshots`, { name: `live ${nth}`, description: '' })
        }),
        connected('making a snapshot of a device of the instance', async world => async nth => {
            const body = { name: `live ${nth}`, description: '' }
            const { left } = await world.ask<DeviceCaptureAnswer>('POST', `${all(world)}/${world.fake.ids.devices.edgeInst}/snapshots`, body)
            world.left = left && `snapshot filler: ${left.name}`
        }),
        connected('deleting a snapshot of a device', async world => {
            const there = snapshots(world)
            return async nth => {
                const { seen } = await world.ask('GET', `${one(world)}/snapshots/${there[nth]!}/deletion`)
                await world.ask('POST', `${one(world)}/snapshots/${there[nth]!}/deletion`, { seen })
            }
        }),
        connected('setting what a device runs', async world => {
            const there = snapshots(world)
            return async nth => setTarget(world, there[nth]!)
        }),
        connected('looking at what a device would run in place of its target', async world => {
            const there = snapshots(world)
            await setTarget(world, there[0]!)
            return async () => { await world.ask('GET', targetOf(world, there[1]!)) }
        }),
        connected('pushing to a device', async world => async nth => {
            const { nodeRedHere } = await world.ask('GET', `${one(world)}/push`)
            const job = await world.ask<{ id: string }>('POST', `${one(world)}/push`, {
                name: `pushed ${nth}`, description: '', variables: [], nodeRed: nodeRedHere, target: { majorStep: true }
            })
            await world.work(job, ({ snapshot, targeted }) => [...(snapshot ? [`snapshot edgeApp: pushed ${nth}`] : []), ...(targeted ? ['target edgeApp'] : [])])
        }),
        connected('moving the switch of a device', async world => async nth => {
            await world.ask('PUT', `${one(world)}/automatic`, { on: nth > 0 })
        }),
        connected('viewing a snapshot of a device', async world => {
            const there = snapshots(world)
            return async nth => {
                await world.ask('POST', 'views', { source: { kind: 'remote', owner: owner(world), snapshot: there[nth] } })
            }
        })
    ]
}
