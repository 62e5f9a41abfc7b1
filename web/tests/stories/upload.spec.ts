import { expect, test } from '@playwright/test';

import { bracket, heavyBox } from '../support/models';
import { customerPage, part, pick, picture, priced } from '../support/shop';

test('an upload that is cut in the middle goes on from where it was', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  const sizes: number[] = [];
  let cuts = 0;
  await page.route('**/api/quick-order/upload/*', async (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return route.fallback();
    const offset = Number(request.headers()['upload-offset']);
    // The line breaks twice in the second part; what follows must begin there, not at zero.
    if (offset > 0 && cuts < 2) {
      cuts++;
      return route.abort('connectionreset');
    }
    sizes.push(offset);
    return route.fallback();
  });
  const heavy = heavyBox('heavy.stl', 180_000); // 9 MB, three parts
  await pick(page, heavy);
  await expect(part(page, 'heavy.stl')).toBeVisible({ timeout: 60_000 });
  expect(cuts).toBe(2);
  expect(sizes).toEqual([0, 4 * 1024 * 1024, 8 * 1024 * 1024]);
  await page.context().close();
});

test('the same file picked again after a reload sends only the rest', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  let broken = true;
  const offsets: number[] = [];
  await page.route('**/api/quick-order/upload/*', async (route) => {
    const request = route.request();
    if (request.method() !== 'PATCH') return broken ? route.abort('connectionreset') : route.fallback();
    const offset = Number(request.headers()['upload-offset']);
    if (broken && offset > 0) return route.abort('connectionreset');
    offsets.push(offset);
    return route.fallback();
  });
  // A file on the disk, since the browser knows it again by name, size and time.
  const heavy = heavyBox('resumed.stl', 120_000);
  const file = test.info().outputPath('resumed.stl');
  await import('node:fs/promises').then((fs) => fs.writeFile(file, heavy.buffer));
  await page.locator('input[type=file]').setInputFiles(file);
  await expect.poll(() => offsets.length).toBe(1);
  await page.waitForTimeout(500);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  broken = false;
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(part(page, 'resumed.stl')).toBeVisible({ timeout: 60_000 });
  expect(offsets).toEqual([0, 4 * 1024 * 1024]);
  await page.context().close();
});

test('a question about the unit is asked in two big buttons, and answered', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('tiny.stl', 0.13)); // 5.2 mm long, or 132 mm
  const card = part(page, 'tiny.stl');
  await expect(card.getByRole('heading', { name: 'Which size is right?' })).toBeVisible();
  await picture(page, 'unit-question');
  await card.getByRole('button', { name: /inches/ }).click();
  await priced(page, 'tiny.stl');
  await expect(card.getByText(/132 × /).first()).toBeVisible();
  await page.context().close();
});

test('an empty file is turned away with a sentence, and the others are taken', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, { name: 'empty.stl', mimeType: 'model/stl', buffer: Buffer.alloc(0) }, bracket('good.stl'));
  await expect(page.getByText(/empty\.stl: This file is empty/)).toBeVisible();
  await expect(part(page, 'good.stl')).toBeVisible();
  await page.context().close();
});
