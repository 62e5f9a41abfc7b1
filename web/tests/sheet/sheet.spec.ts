import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page, type TestInfo } from '@playwright/test';

const phone = { width: 390, height: 844 };

async function open(page: Page, path: string, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.goto(path);
  await expect(page.getByRole('row', { name: 'ORD-1042' })).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
}

/** A photograph beside the report, for people to look at: test-results/sheet/... */
async function photograph(page: Page, info: TestInfo, name: string, fullPage = true): Promise<void> {
  const file = info.outputPath(`${name}.png`);
  await page.screenshot({ path: file, fullPage, animations: 'disabled' });
  await info.attach(name, { path: file, contentType: 'image/png' });
}

async function audit(page: Page, least: number): Promise<void> {
  const axe = await new AxeBuilder({ page })
    .setLegacyMode() // no frames of other origins: one run sees all
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(axe.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    'scrolls sideways',
  ).toBeLessThanOrEqual(0);
  expect(await page.evaluate(smallText), 'text under 12 px').toEqual([]);
  expect(await page.evaluate(smallTargets, least), `targets under ${least} px`).toEqual([]);
  expect(await page.evaluate(overlaps), 'cells that lie on each other').toEqual([]);
}

/** Rows of tables in which what one cell shows, words, box or picture, lies on what another one shows. */
function overlaps(): string[] {
  const found: string[] = [];
  for (const row of document.querySelectorAll('tr')) {
    if (!row.checkVisibility()) continue;
    const shown = [...row.children].flatMap((cell, i) => {
      const drawn = [...cell.querySelectorAll('input, img, svg')].map((part) => part.getBoundingClientRect());
      const range = document.createRange();
      const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      while (words.nextNode()) {
        range.selectNodeContents(words.currentNode);
        drawn.push(...range.getClientRects());
      }
      return drawn.filter((box) => box.width > 1 && box.height > 1).map((box) => ({ i, box }));
    });
    const over = shown.some(({ i, box: a }) =>
      shown.some(
        ({ i: j, box: b }) =>
          i < j && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1,
      ),
    );
    if (over) found.push(row.textContent?.trim().slice(0, 40) ?? '');
  }
  return found;
}

/** Every piece of text that is seen and smaller than 12 px. */
function smallText(): string[] {
  const small: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent?.trim();
    if (!parent || !text || !parent.checkVisibility()) continue;
    if (parseFloat(getComputedStyle(parent).fontSize) < 12) small.push(text);
  }
  return small;
}

/** Every target that is seen and smaller than it should be. A field's target is its label where that lies around it. */
function smallTargets(least: number): string[] {
  const small: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>('a, button, input, select, textarea, summary')) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.sr-only, .modal-backdrop, p'))
      continue;
    if (element.closest('[data-sonner-toaster]')) continue; // checked by axe: they come and go
    const target = element.closest('label') ?? element.closest('.input-box') ?? element;
    const box = target.getBoundingClientRect();
    if (box.width === 0 && box.height === 0) continue;
    if (box.width < least - 0.5 || box.height < least - 0.5) {
      small.push(`${Math.round(box.width)} x ${Math.round(box.height)}: ${element.outerHTML.slice(0, 120)}`);
    }
  }
  return small;
}

for (const theme of ['light', 'dark'] as const) {
  test(`the sheet in ${theme}`, async ({ page }, info) => {
    await open(page, '/ui', theme);
    await photograph(page, info, `sheet-${theme}`);
    await audit(page, 28);
  });

  test(`the sheet on a phone in ${theme}`, async ({ page }, info) => {
    await page.setViewportSize(phone);
    await open(page, '/ui', theme);
    await photograph(page, info, `sheet-phone-${theme}`);
    await audit(page, 44);
  });

  test(`the staff's page in ${theme}`, async ({ page }, info) => {
    await open(page, '/ui/shell', theme);
    await photograph(page, info, `shell-${theme}`, false);
    await audit(page, 28);
    await page.setViewportSize(phone);
    await page.getByRole('button', { name: 'Menu' }).click();
    await expect(page.getByRole('dialog', { name: 'Menu' })).toBeVisible();
    await photograph(page, info, `drawer-${theme}`, false);
    await audit(page, 44);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Menu' })).toBeFocused();
    await photograph(page, info, `shell-phone-${theme}`, false);
    await audit(page, 44);
  });

  test(`what opens over the page in ${theme}`, async ({ page }, info) => {
    await open(page, '/ui', theme);
    const opener = page.getByRole('button', { name: 'Cancel the order…' });
    await opener.click();
    await expect(page.getByRole('dialog', { name: 'Cancel ORD-1042?' })).toBeVisible();
    await photograph(page, info, `dialog-${theme}`, false);
    await audit(page, 28);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(opener).toBeFocused();

    await page.getByRole('button', { name: 'More', exact: true }).click();
    await expect(page.getByRole('menuitem', { name: /Send a reminder/ })).toBeVisible();
    await photograph(page, info, `menu-${theme}`, false);
    await audit(page, 28);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Show toasts' }).click();
    await expect(page.getByText('Not saved')).toBeVisible();
    await page.locator('[data-sonner-toast]').first().hover();
    await photograph(page, info, `toasts-${theme}`, false);
    await audit(page, 28);
  });
}

test('a shop’s own accent reads in both themes', async ({ page }, info) => {
  for (const theme of ['light', 'dark'] as const) {
    await open(page, '/ui', theme);
    await page.getByLabel('Accent').fill('#ffcc00');
    await photograph(page, info, `accent-${theme}`);
    await audit(page, 28);
  }
});

test('customers’ density', async ({ page }, info) => {
  await open(page, '/ui', 'light');
  await page.getByRole('radio', { name: 'Customers' }).check();
  await photograph(page, info, 'sheet-customers');
  await audit(page, 28);
});
