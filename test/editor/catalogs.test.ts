import { readdirSync, readFileSync } from 'node:fs'
import 'should'
import { groupKinds, rowSorts } from '../../src/editor/compare-list'
import { offeredActions } from '../../src/shared/abilities'
import { restoreThereStepIds } from '../../src/shared/actions'
import { captureDoubts } from '../../src/shared/devices'
import { errorCodes, things } from '../../src/shared/errors'
import { roles } from '../../src/shared/permissions'
import { localNoteCodes, restoreStepIds } from '../../src/shared/local'
import { pullNoteCodes } from '../../src/shared/pull'
import { noteCodes, stepIds } from '../../src/shared/requests'
import { viewNoteCodes } from '../../src/shared/views'
import { partKinds } from '../../src/snapshot/compare'
import { settingKeys } from '../../src/snapshot/settings'

type Catalog = Record<string, Record<string, string>>

const root = `${__dirname}/../..`
const languages = readdirSync(`${root}/locales`)
const catalog = (language: string) => JSON.parse(readFileSync(`${root}/locales/${language}/plugin.json`, 'utf8')) as Catalog
const files = [...readdirSync(`${root}/src/editor`).filter(file => /\.tsx?$/.test(file)).map(file => `editor/${file}`), 'runtime/sign-in-page.ts', 'runtime/routes/variables.ts', 'runtime/environment-file.ts']
const sources = files.map(file => readFileSync(`${root}/src/${file}`, 'utf8'))

/** Keys that are put together from a section and a word of a closed list. */
const built = [
    ...errorCodes.map(code => `errors.${code}`),
    ...noteCodes.map(code => `notes.${code}`),
    ...stepIds.map(id => `steps.${id}`),
    ...localNoteCodes.map(code => `localNotes.${code}`),
    ...pullNoteCodes.map(code => `pullNotes.${code}`),
    ...viewNoteCodes.map(code => `viewNotes.${code}`),
    ...['undrawn', 'variables', 'modules', 'settings', 'credentials'].map(part => `viewParts.${part}`),
    ...['included', 'missing', 'locked', 'sealed', 'not-told', 'none'].map(state => `viewCredentials.${state}`),
    ...['added', 'deleted', 'changed', 'moved', 'reordered', 'layout'].map(change => `pullChanges.${change}`),
    ...['added', 'changed', 'missing'].map(change => `pullCredentials.${change}`),
    ...['theirs', 'exactly', 'mine'].map(rule => `pullCredentialRules.${rule}`),
    ...['all', 'keys', 'none'].map(rule => `pullVariableRules.${rule}`),
    ...['running', 'workspace', 'local', 'remote', 'file'].map(side => `compareSides.${side}`),
    ...rowSorts.flatMap(sort => [`compareSorts.${sort}`, `compareCounts.${sort}`]),
    ...groupKinds.map(kind => `compareKinds.${kind}`),
    ...partKinds.map(part => `compareParts.${part}`),
    ...['details', 'drawing'].map(look => `compareLooks.${look}`),
    ...['added', 'changed', 'missing'].map(change => `compareCredentials.${change}`),
    ...restoreStepIds.map(id => `restoreSteps.${id}`),
    ...restoreThereStepIds.map(id => `thereSteps.${id}`),
    ...['nothing-changed', 'taken-back', 'overtaken', 'unknown'].map(state => `restoreAfter.${state}`),
    ...['restore', 'pull', 'undo', 'unknown'].map(kind => `repair.${kind}`),
    ...['rolled-back', 'nothing-changed', 'failed', 'other-process'].map(outcome => `repairOutcomes.${outcome}`),
    ...['name-missing', 'name-invalid', 'name-double', 'value-needed'].map(problem => `keptProblems.${problem}`),
    ...['waiting', 'running', 'done', 'failed'].map(state => `stepStates.${state}`),
    ...['line', 'restoreThereLine', 'devicePushLine'].flatMap(line => ['running', 'failed', 'done'].map(state => `${line}.${state}`)),
    ...captureDoubts.map(doubt => `captureDoubts.${doubt}`),
    ...offeredActions.map(action => `abilities.${action}`),
    ...Object.keys(roles).map(role => `roles.${role}`),
    ...['setting-type', 'lock-without-target', 'sign-in-unusable', 'failed'].map(key => `log.${key}`),
    ...things.map(thing => `things.${thing}`),
    ...settingKeys.map(key => `settingNames.${key.replace('.', '-')}`)
]

/** Every quoted text in the editor's sources that begins with the name of a section and a dot. */
function written (sections: string[]): string[] {
    const key = new RegExp(`'((?:${sections.join('|')})\\.[A-Za-z][\\w-]*)'`, 'g')
    return sources.flatMap(source => [...source.matchAll(key)].map(([, found]) => found!))
}

function has (texts: Catalog, key: string): boolean {
    const [section, name] = key.split('.') as [string, string]
    const there = texts[section] ?? {}
    return there[name] !== undefined || (there[`${name}_one`] !== undefined && there[`${name}_other`] !== undefined)
}

const places = (text: string) => [...new Set(text.match(/__\w+?__/g) ?? [])].sort()

describe('the catalogs', () => {
    for (const language of languages) {
        it(`${language} has a text for every code and every key that the editor uses`, () => {
            const texts = catalog(language)
            const used = written(Object.keys(catalog('en-US')))
            used.length.should.be.above(80)
            ;[...built, ...used].filter(key => !has(texts, key)).should.eql([])
        })

        it(`${language} has no text that is used nowhere`, () => {
            const used = new Set([...built, ...written(Object.keys(catalog('en-US')))])
            const keys = Object.entries(catalog(language)).flatMap(([section, texts]) => Object.keys(texts).map(name => `${section}.${name}`))
            // The platform's states are looked up by its own words.
            const unplural = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '')
            keys.filter(key => !used.has(key) && !used.has(unplural(key)) && !key.startsWith('states.')).should.eql([])
        })

        it(`${language} fills the same places as en-US`, () => {
            const texts = catalog(language)
            const reference = catalog('en-US')
            const differs = (text: string, other: string | undefined) => other !== undefined && String(places(other)) !== String(places(text))
            const differing = Object.entries(texts).flatMap(([section, entries]) => Object.entries(entries)
                .filter(([name, text]) => differs(text, reference[section]?.[name]))
                .map(([name]) => `${section}.${name}`))
            differing.should.eql([])
        })
    }
})
