// What can be wrong with a page as it is laid out, found in the browser.
import type { Page } from 'playwright-core'

/**
 * Texts that are cut without an ellipsis, buttons of tables that lie under something, and a page that scrolls as a whole. A button that
 * only has to be scrolled to, up or down within its panel, is in reach.
 */
export const overflowing = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement
    const whole = scrollWidth > clientWidth || scrollHeight > clientHeight ? ['the page scrolls'] : []
    const cut = [...document.querySelectorAll('button, th, dt, dd, h2')].filter((element) => {
      const style = getComputedStyle(element)
      return element.scrollWidth > element.clientWidth + 1 && style.textOverflow !== 'ellipsis' && style.overflowX === 'hidden'
    })
    const belowOrAbove = (element: Element, middle: number): boolean => {
      for (let inner: Element | null = element; inner !== null; inner = inner.parentElement) {
        const scroller = inner.parentElement?.closest('[role="group"], [role="tabpanel"]')?.getBoundingClientRect()
        if (scroller !== undefined && (middle < scroller.top || middle > scroller.bottom)) return true
      }
      return false
    }
    const outOfView = [...document.querySelectorAll('main table button')].filter((button) => {
      const { left, right, top, width, height } = button.getBoundingClientRect()
      if (width === 0 || belowOrAbove(button, top + height / 2)) return false
      return document.elementFromPoint((left + right) / 2, top + height / 2)?.closest('button') !== button
    })
    return [
      ...whole,
      ...cut.map((element) => element.outerHTML.slice(0, 120)),
      ...outOfView.map((button) => `${button.getAttribute('aria-label')} is out of view`),
    ]
  })
