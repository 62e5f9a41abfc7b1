import { readFileSync } from 'node:fs';

import { expect, test, type Page } from '@playwright/test';

import { bracket, stepFile } from '../support/models';
import { stepBox } from '../support/step';
import {
  choices,
  customerPage,
  fillCheckout,
  orderNumber,
  part,
  payOnStandIn,
  pick,
  picture,
  priced,
  stage,
  staffPage,
} from '../support/shop';

/** What breaks a content policy, as the browser tells of it. */
function brokenPolicies(page: Page): string[] {
  const broken: string[] = [];
  page.on('console', (said) => {
    if (/Content Security Policy/i.test(said.text())) broken.push(said.text());
  });
  return broken;
}

test('a STEP file becomes a priced, paid order, and staff get it and the mesh', async ({ browser }) => {
  const page = await customerPage(browser);
  const broken = brokenPolicies(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  expect(asked.filter((path) => /step|occt/.test(path))).toEqual([]); // it comes with the first STEP file

  const box = stepBox('plate.step', [0.02, 0.03, 0.01], 'm');
  await pick(page, box);
  await priced(page, 'plate.step');
  expect(asked.filter((path) => /step\.worker|\.wasm/.test(path))).toHaveLength(2);
  await part(page, 'plate.step').getByRole('button', { name: 'plate.step', exact: true }).click();
  await expect(stage(page, 'plate.step').getByText('20 × 30 × 10 mm').first()).toBeVisible();
  await expect(choices(page, 'plate.step')).toContainText('Made from plate.step, to within 0.05 mm.');
  await picture(page, 'cart-step');
  const total = await page
    .getByRole('complementary', { name: 'Price' })
    .getByText('Total', { exact: true })
    .locator('..')
    .locator('dd')
    .textContent();
  expect(broken).toEqual([]);

  await fillCheckout(page, { name: 'Ada Step', payment: /^Card/ });
  await page.getByRole('button', { name: `Pay ${total}` }).click();
  await payOnStandIn(page);
  await expect(page.getByText('In the queue', { exact: true }).first()).toBeVisible({ timeout: 45_000 });
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await expect(staff.getByText('Made from plate.step in the browser that sent it, to within 0.05 mm.')).toBeVisible();
  await picture(staff, 'staff-order-step');
  const fetched = async (name: string): Promise<Buffer> => {
    const download = staff.waitForEvent('download');
    await staff.getByRole('button', { name: `Download ${name}`, exact: true }).click();
    return readFileSync(await (await download).path());
  };
  expect((await fetched('plate.step')).equals(box.buffer)).toBe(true);
  expect((await fetched('plate_mesh.stl')).readUInt32LE(80)).toBe(12);
  await page.context().close();
  await staff.context().close();
});

test('a STEP file without a unit is asked for it, like an STL', async ({ browser }) => {
  const page = await customerPage(browser, { viewport: { width: 390, height: 844 } });
  await page.goto('/');
  await pick(page, stepBox('inches.step', [2, 1, 0.5]));
  const row = part(page, 'inches.step');
  await expect(row.getByRole('button', { name: /50\.8 mm.*drawn in inches/ })).toBeVisible({ timeout: 60_000 });
  await picture(page, 'cart-step-unit');
  await row.getByRole('button', { name: /drawn in inches/ }).click();
  await priced(page, 'inches.step');
  await page.context().close();
});

test('what a browser cannot read goes to a person, with a word about why', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, stepFile(), stepBox('cut.step', [20, 30, 10], 'mm'));
  await expect(page.getByText('This file could not be read in your browser.', { exact: false })).toBeVisible({
    timeout: 60_000,
  });
  await expect(part(page, 'housing.step').getByText('Needs review', { exact: true })).toBeVisible();
  await priced(page, 'cut.step'); // one after the other, and the next one all the same
  await picture(page, 'cart-step-unread');
  await page.getByRole('button', { name: 'Got it' }).click();
  await expect(page.getByText('This file could not be read in your browser.', { exact: false })).toBeHidden();

  // A browser without WebAssembly.
  const old = await customerPage(browser);
  await old.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await old.goto('/');
  await pick(old, stepBox('old.step', [20, 30, 10], 'mm'));
  await expect(old.getByText('This file could not be read in your browser.', { exact: false })).toBeVisible();
  await expect(part(old, 'old.step').getByText('Needs review', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(old.getByRole('link', { name: 'Request review' })).toBeVisible();
  await old.context().close();
  await page.context().close();
});
