import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** axe finds nothing on the page as it is now. */
export async function findNothing(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  expect(told, where).toEqual([]);
}

/** Nothing sticks out at the side: not on the page, and not in a table that would have to be scrolled. */
export async function fits(page: Page, where: string): Promise<void> {
  const wide = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main, main div')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      .map((element) => `${element.tagName} ${element.className}`),
  );
  expect(wide, where).toEqual([]);
  const blank = await page.evaluate(() => document.documentElement.scrollHeight - document.body.offsetHeight);
  expect(blank, `${where}: blank space under the page`).toBeLessThanOrEqual(1);
}

/** A phone and a desk. */
export const viewports = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
