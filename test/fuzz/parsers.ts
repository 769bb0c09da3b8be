import fc from 'fast-check'
import should from 'should'
import { serverOrigin as editorsOrigin, serverLabel, tokenPage, webUrl } from '../../src/editor/addresses'
import { drawnFlow } from '../../src/editor/drawn-nodes'
import { copyOf } from '../../src/editor/pull-copy'
import { undirected } from '../../src/editor/text'
import { platformMessage } from '../../src/flowfuse/errors'
import { isAtLeast } from '../../src/flowfuse/platform'
import { proxyFrom } from '../../src/flowfuse/proxy'
import { serverOrigin } from '../../src/flowfuse/server'
import { pastedToken } from '../../src/flowfuse/session'
import * as actionRequests from '../../src/runtime/action-request'
import * as deviceRequests from '../../src/runtime/device-request'
import * as fileRequests from '../../src/runtime/file-request'
import { checkRequest } from '../../src/runtime/guard'
import { JsonPieces, parsePieces } from '../../src/runtime/json-pieces'
import * as localRequests from '../../src/runtime/local-request'
import { openExport, openFile } from '../../src/runtime/pull-opening'
import * as pullRequests from '../../src/runtime/pull-request'
import { parsePushRequest, platformId } from '../../src/runtime/push-request'
import { editorAddress } from '../../src/runtime/sign-ins'
import { signInPage } from '../../src/runtime/sign-in-page'
import { parseHead, UnreadableSnapshot } from '../../src/runtime/store/snapshot-file'
import { fileNameOf, parseFileSecret, parseViewSource } from '../../src/runtime/view-request'
import { CodedError, errorCodes } from '../../src/shared/errors'
import { canonical } from '../../src/snapshot/canonical'
import { open, openText, seal } from '../../src/snapshot/credentials'
import { diffFlows } from '../../src/snapshot/diff'
import { envText, parseEnv } from '../../src/snapshot/env-text'
import { validName, withheld } from '../../src/snapshot/environment'
import { parseExport } from '../../src/snapshot/exported'
import { parseFile } from '../../src/snapshot/file'
import { fileName } from '../../src/snapshot/file-shape'
import { endlessIn } from '../../src/snapshot/flow-circles'
import { diffLines } from '../../src/snapshot/line-diff'
import { localSettings } from '../../src/snapshot/local-settings'
import type { FlowNode } from '../../src/snapshot/model'
import { fitsVersion } from '../../src/snapshot/module-rules'
import { isRegistrySpec, moduleList, validModuleName, validModuleVersion } from '../../src/snapshot/modules'
import { isDeployable } from '../../src/snapshot/node-shape'
import { isObject, parseAnswer, unfit } from '../../src/snapshot/parse'
import { planPull } from '../../src/snapshot/plan'
import { References } from '../../src/snapshot/references'
import { withoutSecrets } from '../../src/snapshot/settings'
import { VariableUses } from '../../src/snapshot/variable-uses'
import { someFile } from './fuzz-world'
import { brokenJson, changedBy, changes, json, texts } from './inputs'
import { told, type Outcome } from './routes'

const fingerprintKey = new Uint8Array(32)
const secret = 'a secret of 25 characters'
/** However odd: no input of this size keeps the process busy. */
const slowMs = 2000

/** Nodes as a flow file may have them: ids that others refer to, in circles and twice, and what no editor makes. */
const nodes: fc.Arbitrary<FlowNode> = fc.record({
    id: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'constructor') }, json),
    type: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('tab', 'subflow', 'group', 'function', 'junction', 'subflow:a', 'subflow:b', 'link out', 'global-config', 'mqtt-broker', 'x') }, json),
    z: fc.constantFrom('a', 'b', 'c', '', undefined), g: fc.constantFrom('a', 'b', undefined), wires: fc.oneof(fc.constant([['a', 'b'], []]), json), nodes: fc.oneof(fc.constant(['a', 'b', 'c']), json),
    env: fc.oneof(fc.constant([{ name: 'A', type: 'env', value: '$parent.A' }]), json), name: texts, libs: fc.oneof(fc.constant([{ module: 'a@1' }]), json), links: json, in: json, out: json,
    style: json, x: json, y: json, credentials: json, func: texts, rules: json
}, { requiredKeys: ['id', 'type'] })
const flows = fc.array(fc.oneof({ weight: 12, arbitrary: nodes }, json as fc.Arbitrary<FlowNode>), { maxLength: 8 })

const file = fc.array(changes, { maxLength: 4 }).map(all => changedBy(someFile, all))
const sealedFile = { ...someFile, flows: { ...someFile.flows, credentials: seal(someFile.flows.credentials, secret) } }
const bytes = fc.oneof(
    fc.tuple(file, fc.constantFrom('utf8', 'utf16le', 'latin1')).map(([value, encoding]) => Buffer.from(`${encoding === 'utf16le' ? '\uFEFF' : ''}${JSON.stringify(value)}`, encoding as BufferEncoding)),
    brokenJson.map(text => Buffer.from(text)), fc.uint8Array({ maxLength: 60 }).map(array => Buffer.from(array)), flows.map(all => Buffer.from(JSON.stringify(all) ?? '')),
    fc.array(changes, { maxLength: 3 }).map(all => Buffer.from(JSON.stringify(changedBy(sealedFile, all)) ?? ''))
)
/** Such as come to a browser. */
const flowJson = flows.map(all => (JSON.parse(JSON.stringify(all)) as FlowNode[]).filter(isObject)).filter(all => !unfit(all))

type Property = [name: string, input: fc.Arbitrary<unknown[]>, run: (...input: never[]) => unknown]

const of = <T extends unknown[]>(name: string, input: { [K in keyof T]: fc.Arbitrary<T[K]> }, run: (...input: T) => unknown): Property =>
    [name, fc.tuple(...input), run]

/** What may refuse its input, in words for users. */
const coded = (run: () => unknown): unknown => {
    try {
        return run()
    } catch (error) {
        if (!(error instanceof CodedError) && !(error instanceof UnreadableSnapshot)) { throw error }
        if (error instanceof CodedError) {
            should(errorCodes).containEql(error.code)
            should(error.code).not.equal('internal')
        }
        return undefined
    }
}

const requestParsers = Object.entries({
    ...actionRequests, ...deviceRequests, ...fileRequests, ...localRequests, ...pullRequests,
    parsePushRequest, platformId, parseFileSecret, parseViewSource
}).filter(([name]) => (name.startsWith('parse') && name !== 'parseOwner') || name === 'platformId' || name === 'viewToPull') as Array<[string, (body: unknown, more?: unknown) => unknown]>
const bodies = fc.oneof(json, fc.dictionary(fc.constantFrom(
    'name', 'description', 'variables', 'parts', 'source', 'kind', 'id', 'to', 'view', 'seen', 'from', 'snapshot', 'owner', 'rev', 'mine', 'theirs', 'otherwise', 'modules', 'secret', 'text',
    'instanceId', 'restore', 'deviceTarget', 'addModules', 'settings', 'local', 'majorStep', 'on', 'nodeRed', 'target', 'pinned', 'credentialMark', 'withoutCredentials', 'values'
), json, { maxKeys: 12 }))

export const properties: Property[] = [
    ...requestParsers.map(([name, parse]) => of(`${name} of a body`, [bodies, fc.boolean()], (body, more) => coded(() => parse(body, more)))),
    of('an answer of the platform', [fc.oneof(brokenJson, json.map(value => JSON.stringify(value)))], text => {
        const value = coded(() => parseAnswer(text, 'user'))
        should(unfit(value)).be.null()
    }),
    of('an export of the platform', [file.map(value => JSON.stringify(value) ?? '')], text => coded(() => parseExport(text, secret))),
    of('an export as it is opened', [bytes], content => coded(() => openExport({ bytes: content, secret, fingerprintKey }))),
    of('a file', [bytes, texts, fc.option(texts)], (content, name, typed) => coded(() => parseFile(content, name, typed))),
    of('a file as it is opened', [bytes, texts, fc.constantFrom(null, secret, 'another')], (content, name, typed) => coded(() => openFile({ bytes: content, fileName: name, secret: typed, opening: null, fingerprintKey }))),
    of('a text of variables', [fc.oneof(texts, fc.array(fc.constantFrom('A=', 'export ', '"', "'", '`', '\\', '\n', '\r', '#', ' ', '$', 'x', '\uFEFF'), { maxLength: 25 }).map(all => all.join('')))], text => coded(() => parseEnv(text))),
    of('variables as text and back', [fc.dictionary(fc.string({ unit: fc.constantFrom('A', 'b', '_', '1'), minLength: 1 }), texts)], variables => {
        const lines = Object.entries(variables).map(([name, value]) => ({ name, value }))
        should(parseEnv(envText(lines))).eql(lines.map(({ name, value }) => [name, value]))
    }),
    of('the head of a stored snapshot', [bytes, fc.nat(500), texts], (content, size, id) => coded(() => parseHead(content, size, id))),
    of('what a node may be', [json], value => isDeployable(value)),
    of('two flow sets compared', [flows, flows], (here, there) => diffFlows(here, there)),
    of('what comes of two flow sets', [flows, flows, fc.array(texts, { maxLength: 3 }), fc.constantFrom('mine' as const, 'theirs' as const), fc.boolean()], (here, there, mine, otherwise, takeFlows) =>
        planPull({ here, there, choices: { mine: [...mine, 'a'], theirs: ['b'], otherwise }, takeFlows })),
    of('circles of subflows and groups', [flowJson], all => endlessIn(all.filter(isDeployable))),
    of('names that flows refer to', [flows, json, fc.array(texts)], (all, credentials, names) => {
        const [references, uses] = [new References(), new VariableUses(names)]
        for (const node of all) {
            references.add(node, credentials as never)
            uses.add(node)
        }
        return references.names
    }),
    of('modules that flows need', [fc.array(texts), fc.array(fc.record({ name: texts, spec: fc.option(texts, { nil: undefined }) })), fc.dictionary(texts, json)], (types, libs, packages) => moduleList({
        types, libs, packages, typeOwners: new Map(types.map(type => [type, type])), installed: new Map(), builtin: new Set(['fs']), nodeRed: '4.1.15', self: 'x'
    })),
    of('names and versions of modules', [texts, texts], (name, version) => [validModuleName(name), validModuleVersion(version), isRegistrySpec(version), fitsVersion(name, version), isAtLeast({ version }, '2.19.0')]),
    of('names of variables', [texts], name => [validName(name), withheld(name)]),
    of('settings of FlowFuse', [json], settings => withoutSecrets(settings as never)),
    of('settings of Node-RED', [json], settings => localSettings(() => settings)),
    of('sealed credentials', [texts, texts], (value, key) => [open({ $: value }, key), openText(key, key), open({ $: `${'0'.repeat(32)}${value}` }, secret)]),
    of('credentials sealed and opened', [fc.dictionary(texts, fc.dictionary(texts, json)).map(value => JSON.parse(JSON.stringify(value)) as Record<string, Record<string, unknown>>).filter(value => !unfit(value) && !['constructor', 'prototype'].some(id => Object.hasOwn(value, id)))], plain => {
        should(JSON.stringify(open(seal(plain, secret), secret))).equal(JSON.stringify(plain))
    }),
    of('pieces of JSON, and back', [fc.array(json, { maxLength: 20 })], values => {
        const pieces = new JsonPieces('[]')
        values.forEach(value => pieces.add(value))
        const all = pieces.end()
        should(Buffer.concat(all).toString()).equal(JSON.stringify(values))
        should(JSON.stringify([...parsePieces(all)].flat(1))).equal(JSON.stringify(values))
    }),
    of('the one form of a value', [json], value => canonical(value)),
    of('two texts by lines', [texts, texts], (here, there) => diffLines(here, there, 100)),
    of('the address of a server', [fc.oneof(texts, fc.webUrl({ withQueryParameters: true }), fc.constantFrom('http://a@b', 'https://[::1', 'http://0x7f.1', 'HTTPS:\\\\x', 'javascript://x/%0a', 'https://ü.example')), fc.boolean()], (text, allowHttp) => {
        const origin = coded(() => serverOrigin(text, { allowedServers: [], allowHttp })) as string | undefined
        should(origin ?? 'https://x').match(/^https?:\/\/[^/@\\?#\s]+$/)
        should(editorsOrigin(text) ?? 'https://x').match(/^https?:/)
        should(webUrl(text)?.protocol ?? 'https:').match(/^https?:$/)
        return [serverLabel(text), tokenPage(text)]
    }),
    of('a token', [texts], text => should(coded(() => pastedToken(text)) ?? 'x').match(/^[\x21-\x7e]+$/)),
    of('where FlowFuse leads back to', [texts, fc.option(texts, { nil: undefined })], (text, origin) => coded(() => editorAddress(`https://a.example/${text}`, origin ?? 'https://a.example'))),
    of('the page of the sign-in window', [texts, texts], (title, words) => should(signInPage(title, words).split('<script').length).equal(2)),
    of('the guard of all routes', [fc.constantFrom('GET', 'POST', 'OPTIONS', 'x'), texts, fc.dictionary(fc.constantFrom('host', 'origin', 'content-type', 'sec-fetch-site', 'x-forwarded-host', 'authorization'), texts), fc.boolean(), fc.boolean()],
        (method, path, headers, isOpen, trustProxy) => coded(() => checkRequest({ method, path, headers }, { isOpen, trustProxy, allowedHosts: ['a'] }))),
    of('what the platform said in an error', [json], body => should(platformMessage(body)).be.a.String()),
    of('a proxy of the environment', [texts, texts], (proxy, without) => proxyFrom({ HTTPS_PROXY: proxy, NO_PROXY: without })('https://ff.example')),
    of('the name of a file', [texts, texts], (header, name) => {
        should(fileNameOf(header).length).be.belowOrEqual(255)
        should(fileName({ id: name, updatedAt: header })).match(/^[^/\\]*$/)
    }),
    of('what is drawn of a flow', [flowJson, texts], (all, id) => JSON.stringify(drawnFlow(all, id).nodes)),
    of('a copy of a flow', [flowJson], all => copyOf(all, 'a')),
    of('a text that is shown', [texts], text => should(undirected(text)).not.match(/[\u202A-\u202E\u2066-\u2069]/))
]

/** Each parser, and what is done with what it gives, `runs` times each. */
export function fuzzParsers (runs: number, seed: number, only = /./): Outcome {
    const failures: string[] = []
    let cases = 0
    for (const [name, input, run] of properties.filter(([each]) => only.test(each))) {
        const property = fc.property(input, values => {
            cases++
            const began = performance.now()
            run(...values as never[])
            should(performance.now() - began).be.below(slowMs)
        })
        const found = fc.check(property, { numRuns: runs, seed })
        if (found.failed) {
            const { errorInstance: error } = found
            failures.push(`${name} (seed ${seed}): ${told(found.counterexample)}: ${error instanceof Error ? error.stack?.split('\n').slice(0, 4).join(' ') : String(error)}`)
        }
    }
    return { cases, failures }
}
