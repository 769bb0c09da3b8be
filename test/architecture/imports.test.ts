import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { preProcessFile } from 'typescript'
import 'should'

/** What each part of src may import, besides itself. Anything else is a way that the architecture does not have. */
const allowed: Record<string, string[]> = {
    shared: [],
    snapshot: ['shared', 'semver', 'diff'],
    flowfuse: ['shared', 'snapshot', 'semver'],
    runtime: ['shared', 'snapshot', 'flowfuse'],
    editor: ['shared', 'preact', 'preact/hooks', 'preact/jsx-runtime'],
    'plugin.ts': ['runtime']
}

/** Parts that do I/O may use Node.js; its types come from express. */
const onNode = ['flowfuse', 'runtime', 'plugin.ts']

/** Single files that may import more, each with its reason. */
const exceptions: Record<string, string[]> = {
    // The cipher and the hashes are what these two are for.
    'snapshot/credentials.ts': ['node:crypto'],
    'snapshot/canonical.ts': ['node:crypto'],
    // The one door to the platform.
    'flowfuse/http.ts': ['axios'],
    // The one door to the drawing of flows.
    'editor/flow-drawing.ts': ['@flowfuse/flow-renderer']
}

/** The only parts of the domain that the browser gets: none of them holds crypto. */
const domainForEditor = ['snapshot/model', 'snapshot/diff', 'snapshot/diff-credentials', 'snapshot/flow-node', 'snapshot/flow-circles', 'snapshot/plan', 'snapshot/line-diff', 'snapshot/settings', 'snapshot/compare']

const src = resolve(__dirname, '../../src')

interface Import { from: string, specifier: string }

function sources (folder = src): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
        entry.isDirectory() ? sources(join(folder, entry.name)) : /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [join(folder, entry.name)] : [])
}

function importsOf (file: string): Import[] {
    return preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => ({ from: relative(src, file), specifier: fileName }))
}

function withoutComments (text: string): string {
    return text.replace(/\/\*[^]*?\*\/|(?<!:)\/\/.*/g, '')
}

/** Why an import may not be, or null. */
function objection ({ from, specifier }: Import): string | null {
    const part = from.split('/')[0] ?? ''
    if (exceptions[from]?.includes(specifier)) {
        return null
    }
    if (!specifier.startsWith('.')) {
        const isNode = specifier.startsWith('node:') || specifier === 'express'
        const permitted = allowed[part]?.includes(specifier) || (isNode && onNode.includes(part))
        return permitted ? null : `${from} imports ${specifier}`
    }
    const target = relative(src, resolve(src, dirname(from), specifier))
    const targetPart = target.split('/')[0] ?? ''
    if (isRim(target) && !isRim(from) && from !== 'plugin.ts') {
        return `${from} imports ${target}`
    }
    if (targetPart === part || (part === 'editor' && domainForEditor.includes(target))) {
        return null
    }
    return allowed[part]?.includes(targetPart) ? null : `${from} imports ${target}`
}

/** Routes take requests apart and call what does the work; nothing that does it knows them. */
function isRim (file: string): boolean {
    return file.startsWith('runtime/routes/')
}

describe('the architecture', () => {
    const files = sources()
    const imports = files.flatMap(importsOf)

    it('is kept by every import in src', () => {
        imports.length.should.be.above(50)
        imports.map(objection).filter(Boolean).should.eql([])
    })

    it('is noticed when it is broken', () => {
        const broken: Import[] = [
            { from: 'snapshot/parse.ts', specifier: 'node:crypto' },
            { from: 'snapshot/diff.ts', specifier: '../flowfuse/http' },
            { from: 'editor/panel.tsx', specifier: '../snapshot/credentials' },
            { from: 'editor/panel.tsx', specifier: '../runtime/jobs' },
            { from: 'flowfuse/teams.ts', specifier: 'axios' },
            { from: 'flowfuse/teams.ts', specifier: '../runtime/jobs' },
            { from: 'shared/errors.ts', specifier: '../snapshot/model' },
            { from: 'runtime/auto-push.ts', specifier: './routes/router' }
        ]
        broken.map(objection).filter(Boolean).should.have.length(broken.length)
    })

    it('lets only the gates touch RED, and no route build an address of the platform', () => {
        const texts = files.map(file => ({ file: relative(src, file), text: withoutComments(readFileSync(file, 'utf8')) }))
        const touching = (pattern: RegExp) => texts.filter(({ text }) => pattern.test(text)).map(({ file }) => file)
        touching(/(?<![.\w$])(?:RED|\$)(?=[.(])/).should.eql(['editor/node-red-dialog.ts', 'editor/node-red-flows.ts', 'editor/node-red-requests.ts', 'editor/node-red.ts', 'plugin.ts'])
        touching(/\/api\/v1|\/account\//).filter(file => !file.startsWith('flowfuse/') && !file.startsWith('editor/')).should.eql([])
    })

    it('builds no HTML from strings', () => {
        const sinks = /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|\.html\(\s*[^)\s]|document\.write/
        files.filter(file => sinks.test(readFileSync(file, 'utf8'))).map(file => relative(src, file)).should.eql([])
    })
})
