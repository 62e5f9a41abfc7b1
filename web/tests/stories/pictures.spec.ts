import { expect, test, type Locator } from '@playwright/test';

import { bracket } from '../support/models';
import { customerPage, fillCheckout, orderNumber, part, pick, picture, priced, staffPage } from '../support/shop';

/** Waits until an image is drawn, from the server's own picture; its address. */
async function shows(image: Locator): Promise<string> {
  await image.scrollIntoViewIfNeeded();
  await expect
    .poll(() => image.evaluate((img: HTMLImageElement) => (img.complete ? img.naturalWidth : 0)), { timeout: 30_000 })
    .toBe(256);
  const at = (await image.getAttribute('src'))!;
  expect(at).toMatch(/\/thumbnail\?v=\w+$/);
  return at;
}

/** Where a row's picture is in it, and the row's size. */
async function roomOf(row: Locator): Promise<number[]> {
  const [image, all] = [(await row.locator('img').boundingBox())!, (await row.boundingBox())!];
  return [image.x - all.x, image.y - all.y, image.width, image.height, all.width, all.height];
}

test('parts have their pictures in the cart, at checkout, on the order and in the lists of staff', async ({
  browser,
}) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('angle.stl'));
  await priced(page, 'angle.stl');
  const first = await shows(part(page, 'angle.stl').locator('img'));
  // Turned, it has another one, in the same place.
  const room = await roomOf(part(page, 'angle.stl'));
  await page.getByRole('region', { name: 'angle.stl', exact: true }).getByRole('button', { name: 'Turn part' }).click();
  const panel = page.getByRole('region', { name: 'Turn the part' });
  await panel.getByRole('button', { name: 'Turn 90° left around X' }).click();
  await expect(part(page, 'angle.stl').locator('img')).not.toHaveAttribute('src', first);
  await priced(page, 'angle.stl');
  const turned = await shows(part(page, 'angle.stl').locator('img'));
  expect(await roomOf(part(page, 'angle.stl'))).toEqual(room);
  await pick(page, { name: 'sketch.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('ÿØÿà sketch', 'latin1') });
  await expect(part(page, 'sketch.jpg').locator('svg').first()).toBeVisible();
  await expect(part(page, 'sketch.jpg').locator('img')).toHaveCount(0);
  // Nobody else gets it, whatever they know of its address.
  const stranger = await customerPage(browser);
  expect((await stranger.request.get(turned)).status()).toBeGreaterThanOrEqual(400);
  await stranger.context().close();
  await picture(page, 'pictures-cart');

  await fillCheckout(page);
  await shows(page.getByTitle('angle.stl').locator('img'));
  await picture(page, 'pictures-checkout');
  await page.getByRole('button', { name: 'Request review' }).click();
  const number = await orderNumber(page);
  await shows(page.getByRole('listitem').filter({ hasText: 'angle.stl' }).first().locator('img'));
  await picture(page, 'pictures-order');
  await page.context().close();

  const staff = await staffPage(browser);
  await staff.goto('/staff/orders?tab=review');
  const row = staff.getByRole('row', { name: number });
  await shows(row.locator('img'));
  await expect(row.getByText('+1')).toBeVisible();
  await picture(staff, 'pictures-staff');
  await row.getByRole('link', { name: number }).click();
  await shows(staff.getByRole('img', { name: 'Picture of angle.stl' }));
  await picture(staff, 'pictures-staff-order');
  await staff.context().close();
});
