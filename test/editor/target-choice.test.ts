import 'should'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { firstRows, pickerGroups } from '../../src/editor/picker-rows'
import { TeamLists } from '../../src/editor/team-lists'
import type { ApplicationList, DeviceList } from '../../src/shared/requests'
import { Answers, settled } from './answers'

const instance = (name: string) => ({ id: name, name, url: '', state: 'running' })
const device = (name: string, application: string | null, owner: string | null = null) => ({ id: name, name, state: 'offline', application, instance: owner })
const applications = [
    { id: 'a1', name: 'Line 1', instances: [instance('filler'), instance('labeller')], devices: [device('edge', 'a1')] },
    { id: 'a2', name: 'Line 2', instances: [instance('press')], devices: [] },
    { id: 'a3', name: 'Empty', instances: [], devices: [] }
]
const devices = [device('edge', 'a1'), device('gate', null, 'press'), device('spare', null)]

const shown = (filter: string) => pickerGroups(applications, devices, filter)
    .map(group => [group.name, ...group.instances.map(({ name }) => name), ...group.devices.map(({ name, instanceName }) => `${name}@${instanceName}`)])

describe('choosing a target', () => {
    it('shows instances and devices under their application, each once', () => {
        shown('').should.eql([['Line 1', 'filler', 'labeller', 'edge@null'], ['Line 2', 'press', 'gate@press'], ['', 'spare@null']])
    })

    it('filters by the words of names', () => {
        shown(' FILL 1').should.eql([['Line 1', 'filler']])
        shown('line 2').should.eql([['Line 2', 'press', 'gate@press']])
        shown('press').should.eql([['Line 2', 'press', 'gate@press']])
        shown('zzz').should.eql([])
    })

    it('draws only the first of hundreds, and counts the others', () => {
        const many = [{ ...applications[0]!, instances: Array.from({ length: 300 }, (_, index) => instance(`i${index}`)) }, applications[1]!]
        const { groups, left } = firstRows(pickerGroups(many, [], ''), 100)
        groups.map(group => group.instances.length).should.eql([100])
        left.should.equal(202)
        firstRows(pickerGroups(many, [], ''), 301).groups.map(group => [group.instances.length, group.devices.length]).should.eql([[300, 1]])
        firstRows(pickerGroups(applications, [], ''), 100).left.should.equal(0)
    })

    it('asks once for a team, and never shows one team’s instances under another', async () => {
        const asked = new Answers<ApplicationList>()
        const askedDevices = new Answers<DeviceList>()
        const lists = new TeamLists({
            teams: async () => ({ teams: [] }), applications: team => asked.ask(team), devices: team => askedDevices.ask(team)
        })
        void lists.load('t1')
        void lists.load('t2')
        void lists.load('t1')
        await asked.answer(1, { applications: [] })
        await askedDevices.answer(1, { devices: [], complete: true })
        await asked.answer(0, { applications })
        asked.asked.should.eql(['t1', 't2'])
        lists.applications('t1')!.value!.applications.length.should.equal(3)
        lists.applications('t2')!.value!.applications.length.should.equal(0)
        lists.devices('t1')!.loading.should.be.true()
    })

    it('has the instances although the devices can not be had', async () => {
        const lists = new TeamLists({
            teams: async () => ({ teams: [] }), applications: async () => ({ applications }),
            devices: () => Promise.reject(new RequestFailure(502, { code: 'server-timeout', params: {} }))
        })
        await lists.load('t1')
        await settled()
        lists.applications('t1')!.value!.applications.length.should.equal(3)
        ;(lists.devices('t1')!.failure !== null).should.be.true()
    })
})
