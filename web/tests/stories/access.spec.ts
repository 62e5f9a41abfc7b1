import { expect, test } from '@playwright/test';

import { findNothingInEither, fits, resting, viewports } from '../support/access';
import { bracket } from '../support/models';
import { customerPage, fillCheckout, pick, priced, staffPage, stage } from '../support/shop';

const staffPaths = [
  '/staff?tab=all',
  '/staff/jobs?view=all',
  '/staff/orders/new',
  '/staff/payments',
  '/staff/settings',
  '/staff/people',
  '/staff/account',
  '/staff/tasks',
  '/staff/activity',
];

for (const viewport of viewports) {
  test(`axe finds nothing on customers' pages, ${viewport.width} px`, async ({ browser }) => {
    const page = await customerPage(browser, { viewport });
    const breaches: string[] = [];
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) breaches.push(message.text());
    });
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await findNothingInEither(page, 'home');
    await pick(page, bracket());
    await priced(page, 'bracket.stl');
    await findNothingInEither(page, 'cart', 'cart');
    await fillCheckout(page, { payment: /^Bank transfer/ });
    await findNothingInEither(page, 'checkout');
    await page.getByRole('button', { name: /^Order/ }).click();
    await expect(page.getByRole('heading', { name: /^Order ORD-/ })).toBeVisible();
    await findNothingInEither(page, 'order', 'order');
    for (const path of ['/terms', '/nothing-here', '/return/none?result=cancel']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await findNothingInEither(page, path);
    }
    expect(breaches).toEqual([]);
    await page.context().close();
  });

  test(`axe finds nothing on staff pages, ${viewport.width} px`, async ({ browser }) => {
    const page = await staffPage(browser, { viewport });
    const rests = resting(page);
    for (const path of staffPaths) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await rests();
      await fits(page, path);
      await findNothingInEither(page, path, `staff${path.replace(/\W+/g, '-')}`);
    }
    await page.goto('/staff?tab=all');
    await page.getByRole('link', { name: /^ORD-/ }).first().click();
    await expect(page.getByRole('heading', { name: 'Parts' })).toBeVisible();
    await fits(page, 'order');
    await findNothingInEither(page, 'order', 'staff-order');
    await page.context().close();
  });
}

test('staff pages fit a tablet, upright and across', async ({ browser }) => {
  const page = await staffPage(browser);
  const rests = resting(page);
  for (const path of staffPaths) {
    await page.setViewportSize({ width: 768, height: 900 });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await rests();
    for (const width of [768, 900, 1024, 1100]) {
      await page.setViewportSize({ width, height: 900 });
      await fits(page, `${path}, ${width} px`);
    }
  }
  await page.context().close();
});

test('the whole way works by keyboard', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: /Drop your models here/ }).focus();
  await page.keyboard.press('Enter');
  await (await chooser).setFiles([bracket()]);
  await priced(page, 'bracket.stl');

  const viewer = stage(page, 'bracket.stl').getByRole('application');
  await viewer.focus();
  const before = await viewer.screenshot();
  await page.keyboard.press('2'); // from above
  await expect.poll(async () => (await viewer.screenshot()).equals(before)).toBe(false);

  await page.getByRole('button', { name: 'Remove bracket.stl' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Remove bracket.stl?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Remove bracket.stl' })).toBeFocused();

  await page.getByRole('link', { name: /^Check out/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Checkout' })).toBeFocused();
  // What is to be sent has no price before its address is known, and the button names none.
  await page.getByRole('radio', { name: /^Send it to me/ }).check();
  await expect(page.getByRole('button', { name: 'Order', exact: true })).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Price' }).getByText('So far')).toBeVisible();
  await page.getByRole('radio', { name: /^I’ll collect it/ }).check();
  await page.getByRole('button', { name: /^Order for/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused(); // the first thing that is missing
  await page.context().close();
});

test('one finger scrolls the page until "Look around" is on', async ({ browser }) => {
  const page = await customerPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  const canvas = stage(page, 'bracket.stl').locator('canvas');
  await expect(canvas).toHaveCSS('touch-action', 'pan-y');
  await page.getByRole('button', { name: 'Look around' }).click();
  await expect(canvas).toHaveCSS('touch-action', 'none');
  await page.context().close();
});
