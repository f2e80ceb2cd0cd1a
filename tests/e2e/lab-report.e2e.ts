// Looks at a report as a browser shows it: in both themes and two sizes nothing runs over its edge, nothing is fetched, and axe has nothing to
// say. The pictures land in shots/, which git does not keep.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildReport } from '../../src-main/lab/report/build-report.ts'
import { reportHtml } from '../../src-main/lab/report/html/report-html.ts'
import { reportTrade } from '../../src-main/lab/report/trades.ts'
import { launchChromium } from '../support/chromium.ts'
import { axeFindings } from '../support/desk-driver.ts'
import { emptyInput, sampleInput } from '../support/sample-report.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const DIR = path.resolve(import.meta.dirname, '../../shots')
const files = temporaryDir()

let browser: Browser
beforeAll(async () => {
  mkdirSync(DIR, { recursive: true })
  browser = await launchChromium()
  const input = sampleInput()
  writeFileSync(path.join(files, 'traded.html'), reportHtml(buildReport(input), input.record.trips.map(reportTrade)))
  writeFileSync(path.join(files, 'empty.html'), reportHtml(buildReport(emptyInput()), []))
})
afterAll(() => browser.close())

describe.each(['traded', 'empty'])('the report of a run: %s', (name) => {
  it.each([
    ['dark', 1280],
    ['dark', 1920],
    ['light', 1280],
    ['light', 1920],
  ] as const)('%s at %d', async (colorScheme, width) => {
    const page = await browser.newPage({ viewport: { width, height: 1000 }, colorScheme })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    const { href } = pathToFileURL(path.join(files, `${name}.html`))
    await page.goto(href)
    await page.screenshot({ path: path.join(DIR, `report-${name}-${colorScheme}-${width}.png`), fullPage: true })
    const spilled = await page.evaluate(() => {
      const sections = [...document.querySelectorAll('section, .headline div')].filter(
        (element) => element.scrollWidth > element.clientWidth + 1,
      )
      return [
        document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ...sections.map((element) => element.textContent),
      ]
    })
    expect(spilled).toEqual([0])
    expect(asked).toEqual([href])
    expect(await axeFindings(page)).toEqual([])
    await page.close()
  })
})
