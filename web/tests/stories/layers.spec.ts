import { expect, test, type Page } from '@playwright/test';

import { findNothing, fits, viewports } from '../support/access';
import { bracket } from '../support/models';
import { customerPage, fillCheckout, orderNumber, pick, picture, priced, stage, staffPage } from '../support/shop';

/** How many layers a print has, which is looked at from its last one on. */
async function layersOf(page: Page): Promise<number> {
  const slider = page.getByRole('slider', { name: 'Layer' });
  await expect(slider).toHaveAttribute('aria-valuetext', /^Layer (\d+) of \1 · .* mm high · .* into the print$/, {
    timeout: 20_000,
  });
  return Number(await slider.inputValue());
}

for (const viewport of viewports) {
  test(`a print is looked at layer by layer, by keyboard, at ${viewport.width} px`, async ({ browser }) => {
    const page = await customerPage(browser, { viewport });
    await page.goto('/');
    await pick(page, bracket('layers.stl', 0.9));
    await priced(page, 'layers.stl');
    const on = stage(page, 'layers.stl');
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/layers') && asked.push(request.url()));
    await on.getByRole('button', { name: 'Layers' }).click();
    const last = await layersOf(page);
    expect(last).toBeGreaterThan(20);
    await expect(on.getByText(new RegExp(`^Layer ${last} of ${last} · `))).toBeVisible();
    expect(asked).toHaveLength(1);

    const slider = page.getByRole('slider', { name: 'Layer' });
    await slider.focus();
    await page.keyboard.press('Home');
    await expect(slider).toHaveAttribute('aria-valuetext', new RegExp(`^Layer 1 of ${last} · 0\\.`));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+ArrowUp');
    await expect(slider).toHaveValue('12');
    await picture(page, `layers-${viewport.width}`, false);
    await page.getByRole('application', { name: 'layers.stl layer by layer' }).focus();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(slider).toHaveValue('1');
    await page.keyboard.press('End');
    await expect(slider).toHaveValue(String(last));

    if (viewport.width < 640) await page.getByRole('button', { name: 'Lines' }).click();
    await picture(page, `legend-${viewport.width}`, false);
    const walls = page.getByRole('button', { name: /^Outer wall \d+ %$/ });
    await walls.click();
    await expect(walls).toHaveAttribute('aria-pressed', 'false');
    await page.getByRole('button', { name: 'One layer' }).click();
    await findNothing(page, 'layers');
    await fits(page, 'layers');
    await picture(page, `one-layer-${viewport.width}`, false);
    await on.getByRole('button', { name: 'Model' }).click();
    await expect(page.getByRole('slider', { name: 'Layer' })).toBeHidden();
    await page.context().close();
  });
}

test('customer and staff see the layers of what was ordered', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('ordered layers.stl', 0.95));
  await priced(page, 'ordered layers.stl');
  await fillCheckout(page, { name: 'Lea Strand', payment: /^Bank transfer/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);
  await page.getByRole('button', { name: 'See how it is printed: ordered layers.stl' }).click();
  const last = await layersOf(page);
  await findNothing(page, 'the customer’s layers');

  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=all');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Layers of ordered layers.stl' }).click();
  expect(await layersOf(staff)).toBe(last);
  await findNothing(staff, 'staff’s layers');
  await picture(staff, 'staff-layers');
  await page.context().close();
  await staff.context().close();
});
