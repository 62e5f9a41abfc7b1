import { readFileSync } from 'node:fs';

import { expect, test, type Page } from '@playwright/test';

import { findNothing, fits, viewports } from '../support/access';
import { bracket } from '../support/models';
import {
  choices,
  customerPage,
  fillCheckout,
  orderNumber,
  pick,
  picture,
  priced,
  stage,
  staffPage,
} from '../support/shop';

/** The exact price of the part that is chosen, in cents. */
async function total(page: Page, name: string): Promise<number> {
  await priced(page, name);
  const row = page.getByRole('article', { name });
  const text = await row.getByText(/^\$\d/).textContent();
  return Math.round(Number(text!.replace(/[^\d.]/g, '')) * 100);
}

for (const viewport of viewports) {
  test(`a customer turns a part and sees price and supports change at ${viewport.width} px`, async ({ browser }) => {
    const page = await customerPage(browser, { viewport });
    await page.goto('/');
    await pick(page, bracket('hook.stl', 2));
    const standing = await total(page, 'hook.stl');
    const on = stage(page, 'hook.stl');
    await expect(on.getByText('No overhang · no supports')).toBeVisible();

    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'PATCH' && sent.push(request.postData() ?? ''));
    await on.getByRole('button', { name: 'Turn part' }).click();
    const panel = page.getByRole('region', { name: 'Turn the part' });
    await expect(panel.getByText('Original position.')).toBeVisible();
    await panel.getByRole('button', { name: 'Turn 90° left around X' }).dblclick();
    await expect(panel.getByLabel('Angle around X in degrees')).toHaveValue('180');
    await expect(on.getByText(/^Overhang 28 cm²/)).toBeVisible({ timeout: 30_000 });
    const hanging = await total(page, 'hook.stl');
    await expect(on.getByText(/supports .*\$\d/)).toBeVisible();
    expect(hanging).toBeGreaterThan(standing);
    expect(sent, 'one request for what was settled').toHaveLength(1);
    await picture(page, `pose-${viewport.width}`);
    await findNothing(page, 'turning');
    await fits(page, 'turning');
    if (viewport.width < 768) {
      for (const button of await panel.getByRole('button').all()) {
        const box = (await button.boundingBox())!;
        expect(Math.min(box.width, box.height), await button.innerText()).toBeGreaterThanOrEqual(44);
      }
    }

    await page.reload();
    await expect(on.getByText(/^Overhang 28 cm²/)).toBeVisible();
    expect(await total(page, 'hook.stl')).toBe(hanging);

    // Back by an angle that is typed; the slice of before is still there.
    await on.getByRole('button', { name: 'Turn part' }).click();
    await panel.getByLabel('Angle around X in degrees').fill('0');
    await panel.getByLabel('Angle around X in degrees').press('Enter');
    await expect(on.getByText('No overhang · no supports')).toBeVisible({ timeout: 30_000 });
    expect(await total(page, 'hook.stl')).toBe(standing);
    await page.context().close();
  });
}

test('a part is laid on a face by keyboard, and staff download it as it lies', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('shelf.stl', 2));
  await priced(page, 'shelf.stl');
  const on = stage(page, 'shelf.stl');
  await on.getByRole('button', { name: 'Turn part' }).click();
  const panel = page.getByRole('region', { name: 'Turn the part' });
  await panel.getByRole('button', { name: 'Lay on a face' }).press('Enter');
  await on.getByRole('application').focus();
  await page.keyboard.press('4'); // from the side, where it is 40 mm wide
  await page.keyboard.press('Enter');
  await expect(panel.getByText('Original position.')).toBeHidden();
  await expect(on.getByText(/60 × 40 × 80 mm/)).toBeVisible({ timeout: 30_000 });
  await priced(page, 'shelf.stl');
  await expect(choices(page, 'shelf.stl').getByText(/^Sliced:/)).toBeVisible();

  await fillCheckout(page, { name: 'Noor Vale', payment: /^Bank transfer/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);
  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=all');
  await staff.getByRole('link', { name: number }).click();
  const download = staff.waitForEvent('download');
  await staff.getByRole('button', { name: 'Download shelf_mesh.stl turned as it is printed' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('shelf_oriented.stl');
  const stl = readFileSync(await file.path());
  const heights = Array.from({ length: stl.readUInt32LE(80) * 3 }, (_, i) =>
    stl.readFloatLE(84 + Math.floor(i / 3) * 50 + 12 + (i % 3) * 12 + 8),
  );
  expect(Math.min(...heights)).toBeCloseTo(0, 2);
  expect(Math.max(...heights)).toBeCloseTo(80, 2);
  await picture(staff, 'staff-order-turned');
  await page.context().close();
  await staff.context().close();
});
