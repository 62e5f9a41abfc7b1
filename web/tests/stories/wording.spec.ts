import { expect, test, type Page } from '@playwright/test';

import { resting } from '../support/access';
import { bracket } from '../support/models';
import { customerPage, fillCheckout, pick, priced, staffPage } from '../support/shop';

/** What nobody in a shop would say, and what a page shows when something is missing behind it. */
const never: RegExp[] = [
  /Least per order/,
  /go(?:es)? to the floor/,
  /Who has it can see/,
  /Up to the minimum order of/,
  /Keep as it is/,
  /cannot be done any more/,
  /\b(?:undefined|NaN|null|Infinity|Invalid Date)\b/,
  /\[object /,
  /\$\{|\{[a-z_]+\}/,
  /\s\.(?:\s|$)/,
  /[^.]\.\.(?:[^.]|$)/,
  /\.,|,\.|,,|;\./,
];

/** The template of the terms names what it fills in. */
const mayHold: Record<string, RegExp[]> = { '/staff/settings/terms': [never[8]!] };

/** What is read on the page and what its fields say, block by block. */
function said(page: Page): Promise<{ text: string; prose: boolean }[]> {
  return page.evaluate(() => {
    /** A link or button stands after the last sentence, and is none. */
    function leadsOn(element: HTMLElement): boolean {
      const last = element.lastElementChild;
      return (
        last instanceof HTMLElement &&
        last.matches('a, button') &&
        element.innerText.trim().endsWith(last.innerText.trim())
      );
    }
    const texts = [...document.querySelectorAll('body *')].flatMap((element) => {
      if (!(element instanceof HTMLElement) || element.closest('script, style, svg, pre, code')) return [];
      const named = ['aria-label', 'placeholder', 'title', 'alt'].flatMap((name) => element.getAttribute(name) ?? []);
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim());
      const shown = own ? [element.innerText] : [];
      return [
        ...named.map((text) => ({ text, prose: false })),
        ...shown.map((text) => ({ text, prose: element.tagName === 'P' && !leadsOn(element) })),
      ];
    });
    return texts
      .map(({ text, prose }) => ({ text: text.replace(/\s+/g, ' ').trim(), prose }))
      .filter(({ text }) => text !== '');
  });
}

/** Everything on the page as it is now could be said aloud in a shop. */
async function readsWell(page: Page, where: string): Promise<void> {
  const wrong: string[] = [];
  for (const { text, prose } of await said(page)) {
    for (const pattern of never) {
      if (pattern.test(text) && !mayHold[where]?.includes(pattern)) wrong.push(`${pattern}: ${text}`);
    }
    // Several sentences: the last one ends as the others do.
    if (prose && /[a-z]\. [A-Z]/.test(text) && !/[.?!:…”]$/.test(text)) wrong.push(`no full stop: ${text}`);
  }
  expect(wrong, where).toEqual([]);
}

test('what customers read could be said aloud in a shop', async ({ browser }) => {
  const page = await customerPage(browser);
  const rests = resting(page);
  const at = async (path: string) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await rests();
    await readsWell(page, path);
  };
  await at('/');
  await at('/checkout');
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await readsWell(page, 'the cart');
  await fillCheckout(page, { payment: /^Bank transfer/ });
  await readsWell(page, 'the checkout');
  await page.getByRole('button', { name: /^Order/ }).click();
  await expect(page.getByRole('heading', { name: /^Order ORD-/ })).toBeVisible();
  await readsWell(page, 'the order');
  for (const path of ['/terms', '/terms/99', '/nothing-here', '/order/nothing', '/return/none?result=cancel']) {
    await at(path);
  }
  await page.context().close();
});

test('what staff read could be said aloud in a shop', async ({ browser }) => {
  const page = await staffPage(browser);
  const rests = resting(page);
  for (const path of [
    '/staff?tab=all',
    '/staff?tab=review',
    '/staff/orders/new',
    '/staff/orders/nothing',
    '/staff/invoices',
    '/staff/payments',
    '/staff/jobs',
    '/staff/jobs?view=all',
    '/staff/settings',
    '/staff/settings/terms',
    '/staff/settings/refused',
    '/staff/people',
    '/staff/tasks',
    '/staff/activity',
    '/staff/status',
    '/staff/account',
    '/staff/link/nothing',
    '/staff/setup/nothing',
    '/staff/nothing-here',
  ]) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await rests();
    await readsWell(page, path);
  }
  await page.goto('/staff?tab=all');
  await page.getByRole('link', { name: /^ORD-/ }).first().click();
  await expect(page.getByRole('heading', { name: 'Parts' })).toBeVisible();
  await rests();
  await readsWell(page, 'an order');
  await page.context().close();
});
