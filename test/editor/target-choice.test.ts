import 'should'
import type { ApplicationList } from '../../src/shared/requests'
import { filterApplications } from '../../src/editor/target-filter'
import { TeamLists } from '../../src/editor/team-lists'

const instance = (name: string) => ({ id: name, name, url: '', state: 'running' })
const applications = [
    { id: 'a1', name: 'Line 1', instances: [instance('filler'), instance('labeller')], devices: [] },
    { id: 'a2', name: 'Line 2', instances: [instance('filler')], devices: [] },
    { id: 'a3', name: 'Empty', instances: [], devices: [] }
]

describe('choosing a target', () => {
    it('filters by the words of instance and application names', () => {
        const shown = (filter: string) => filterApplications(applications, filter)
            .map(({ name, instances }) => [name, ...instances.map(each => each.name)])
        shown('').should.eql([['Line 1', 'filler', 'labeller'], ['Line 2', 'filler']])
        shown(' FILL 2').should.eql([['Line 2', 'filler']])
        shown('zzz').should.eql([])
    })

    it('asks once for a team, and never shows one team’s instances under another', async () => {
        const asked: string[] = []
        const answers = new Map<string, (list: ApplicationList) => void>()
        const lists = new TeamLists({
            teams: async () => ({ teams: [] }),
            applications: async team => {
                asked.push(team)
                return await new Promise<ApplicationList>(resolve => answers.set(team, resolve))
            }
        })
        const first = lists.loadApplications('t1')
        const second = lists.loadApplications('t2')
        void lists.loadApplications('t1')
        answers.get('t2')!({ applications: [] })
        answers.get('t1')!({ applications })
        await Promise.all([first, second])
        asked.should.eql(['t1', 't2'])
        lists.applications('t1')!.value!.applications.length.should.equal(3)
        lists.applications('t2')!.value!.applications.length.should.equal(0)
    })
})
