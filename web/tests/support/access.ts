import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, type Request } from '@playwright/test';

import { picture } from './shop';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What axe finds by looking at colours: the rest is the same in each scheme. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/** axe finds nothing on the page as it is now. */
export async function findNothing(page: Page, where: string, rules?: string[]): Promise<void> {
  // Without frames of other origins one run sees all, and needs no second page to put its parts together.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(tags)).analyze();
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  expect(told, where).toEqual([]);
}

/** axe finds nothing on the page as it is now, light and dark; the pictures of both are kept by the name. */
export async function findNothingInEither(page: Page, where: string, name?: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
      await Promise.allSettled(moving.map((each) => each.finished));
    });
    await findNothing(page, `${where}, ${colorScheme}`, colorScheme === 'dark' ? ofColours : undefined);
    if (name) await picture(page, `${name}-${colorScheme}-${page.viewportSize()!.width}`);
  }
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

/** Returns what waits until all that a page asked for has come; streams of events never end, and do not count. */
export function resting(page: Page): () => Promise<void> {
  const asked = new Set<Request>();
  page.on('request', (request) => request.resourceType() !== 'eventsource' && asked.add(request));
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
  return async () => {
    let quiet = 0;
    // What an answer leads to is asked for within a few frames of it.
    await expect
      .poll(() => (quiet = asked.size === 0 ? quiet + 1 : 0), { intervals: [50], timeout: 10_000 })
      .toBeGreaterThanOrEqual(4);
  };
}

/** A phone and a desk. */
export const viewports = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
