import should from 'should'
import { tokenSession } from '../../src/flowfuse/session'
import { listApplications, listTeams } from '../../src/flowfuse/teams'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { callFailure, failure } from './failure'

for (const version of ['2.4.0', '2.33.2'] as const) {
    describe(`teams and applications (${version})`, () => {
        let fake: FakeFlowFuse

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
        })

        afterEach(() => fake.stop())

        const as = (user: 'alice' | 'bob' | 'carol' | 'mallory') => tokenSession(fake.url, fake.tokens[user])

        it('are the teams of the user, with the role there', async () => {
            const { bottlingPlant, secondPlant } = fake.ids.teams
            should(await listTeams(as('alice'))).eql([
                { id: bottlingPlant, name: 'Bottling Plant', role: 50 }, { id: secondPlant, name: 'Second Plant', role: 50 }
            ])
            should(await listTeams(as('carol'))).eql([{ id: bottlingPlant, name: 'Bottling Plant', role: 10 }])
        })

        it('are sorted by name, with every instance and its state', async () => {
            const zebra = fake.createInstance('Äpfel')
            fake.setInstance(zebra, { state: 'suspended' })
            fake.setInstance(fake.ids.instances.labeller, { state: 'crashed' })
            const [application, ...others] = await listApplications(as('bob'), fake.ids.teams.bottlingPlant)
            should(others).eql([])
            should(application?.name).equal('Line 1')
            should(application?.instances.map(({ name, state }) => [name, state])).eql([['Äpfel', 'suspended'], ['filler', 'running'], ['labeller', 'crashed']])
            should(application?.instances[1]).eql({
                id: fake.ids.instances.filler, name: 'filler', url: 'http://filler.example.com', state: 'running'
            })
        })

        it('are sorted whatever the platform’s order is', async () => {
            const instance = (name: string) => ({ id: name, name, url: '' })
            const applications = [{ id: 'b', name: 'b', instances: [instance('z'), instance('y')] }, { id: 'a', name: 'a', instances: [] }]
            fake.respondWith({ path: /\/applications(\?|$)/ }, { body: { applications } })
            const found = await listApplications(as('alice'), fake.ids.teams.bottlingPlant)
            should(found.map(({ name, instances }) => [name, instances.map(one => [one.name, one.state])])).eql([['a', []], ['b', [['y', ''], ['z', '']]]])
        })

        it('of another team are gone for who is no member', async () => {
            await callFailure(listApplications(as('mallory'), fake.ids.teams.bottlingPlant), 'team-gone')
            await callFailure(listApplications(as('alice'), 'nosuchteam'), 'team-gone')
        })

        it('are not shown to a Dashboard user, nor to a token that is limited to other teams', async () => {
            fake.setRole('carol', 5)
            await callFailure(listApplications(as('carol'), fake.ids.teams.bottlingPlant), 'token-not-for-team', { what: 'applications' })
            if (version === '2.33.2') {
                const limited = tokenSession(fake.url, fake.tokens.aliceOtherTeam)
                await callFailure(listApplications(limited, fake.ids.teams.bottlingPlant), 'token-not-for-team')
            }
        })

        it('are refused in another shape', async () => {
            for (const body of [{ teams: {} }, { teams: [{ id: 'x', name: 'y' }] }, { teams: [null] }, []]) {
                fake.respondWith({ path: '/api/v1/user/teams' }, { body })
                await failure(listTeams(as('alice')), 'answer-unexpected')
            }
        })
    })
}
