import 'should'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findChromium, launchBrowser } from './chromium'

describe('the browser of the tests', function () {
    this.timeout(3 * 60_000)
    const before = { ...process.env }
    let folder: string

    beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'chromium-')) })
    afterEach(() => {
        for (const name of ['PATH', 'CHROMIUM', 'CHROME_PATH']) {
            if (before[name] === undefined) delete process.env[name]
            else process.env[name] = before[name]
        }
        rmSync(folder, { recursive: true, force: true })
    })

    function program (name: string, output: string): string {
        const file = join(folder, name)
        writeFileSync(file, `#!/bin/sh\necho "${output}"\n`)
        chmodSync(file, 0o755)
        return file
    }

    it('starts and shows a page', async () => {
        const browser = await launchBrowser()
        try {
            const page = await browser.newPage()
            await page.setContent('<title>There</title>')
            ;(await page.title()).should.equal('There')
        } finally {
            await browser.close()
        }
    })

    it('is the one that CHROMIUM names', async () => {
        process.env.CHROMIUM = program('mine', 'Chromium 1.2.3')
        ;(await findChromium()).should.equal(process.env.CHROMIUM)
    })

    it('is refused by its name when CHROMIUM names something else', async () => {
        process.env.CHROMIUM = join(folder, 'nothing')
        await findChromium().should.be.rejectedWith(/names .*nothing, which is no browser/)
    })

    it('is one of the PATH that really starts', async () => {
        delete process.env.CHROMIUM
        delete process.env.CHROME_PATH
        process.env.PATH = folder
        program('chromium', 'Please install the snap')
        const chrome = program('google-chrome', 'Google Chrome 1.2.3')
        ;(await findChromium()).should.equal(chrome)
    })

    it('comes from Debian where root may install one, with a line for each step', async () => {
        delete process.env.CHROMIUM
        delete process.env.CHROME_PATH
        const ownOne = chromium.executablePath
        const ownId = process.getuid
        const chrome = join(folder, 'chromium')
        program('apt-get', `apt-get $*" >> ${join(folder, 'asked')}; echo "echo Chromium 1" > ${chrome}; /bin/chmod 755 "${chrome}`)
        process.env.PATH = folder
        chromium.executablePath = () => join(folder, 'none')
        process.getuid = () => 0
        const lines: string[] = []
        try {
            writeFileSync(chrome, 'no program')
            ;(await findChromium({ install: true, progress: line => lines.push(line) })).should.equal(chrome)
        } finally {
            chromium.executablePath = ownOne
            process.getuid = ownId
        }
        readFileSync(join(folder, 'asked'), 'utf8').should.equal('apt-get update -q\napt-get install -y -q --no-install-recommends chromium\n')
        // Told every few seconds too, where a step takes that long.
        const steps = lines.filter(line => !/^… .*, \d+ s$/.test(line))
        steps.map(line => line.slice(0, 10)).should.deepEqual(['… asking D', '✓ asking D', '… installi', '✓ installi'])
    })

    it('is named in one sentence when there is none and none may be installed', async function () {
        delete process.env.CHROMIUM
        delete process.env.CHROME_PATH
        process.env.PATH = folder
        const ownOne = chromium.executablePath
        chromium.executablePath = () => join(folder, 'none')
        try {
            await findChromium({ install: false }).should.be.rejectedWith(/install one \(on Debian: apt-get install chromium\)/)
        } finally {
            chromium.executablePath = ownOne
        }
    })
})
