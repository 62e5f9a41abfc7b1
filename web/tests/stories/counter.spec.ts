import { expect, test } from '@playwright/test';

import { bracket, stepFile } from '../support/models';
import {
  choices,
  customerPage,
  fillCheckout,
  orderNumber,
  part,
  pick,
  picture,
  priced,
  staffPage,
  staffURL,
} from '../support/shop';

test('staff type in an order at the counter, for cash and at an agreed total', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.goto('/staff/orders/new');
  await pick(page, bracket('counter.stl'));
  await priced(page, 'counter.stl');
  await page.getByLabel('Name', { exact: true }).fill('Walk-in');
  await page.getByLabel('Agreed total').fill('12');
  await page.getByLabel('Reason').fill('Regular customer');
  await page.getByRole('button', { name: 'Take $12.00 and order' }).click();

  await expect(page.getByRole('heading', { level: 1, name: /^ORD-/ })).toBeVisible();
  await expect(page.getByText(/taken at the counter/)).toBeVisible();
  await expect(page.getByText(/^Invoice INV-/)).toBeVisible();
  await expect(page.getByText(/^\s*(Paid in full|Nothing left to pay)\s*$/)).toBeVisible();
  await picture(page, 'staff-counter-order');
  await page.context().close();
});

test('a counter order says what is wrong at its field, and asks before it is left', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.goto('/staff/orders/new');
  await pick(page, bracket('half-typed.stl'));
  await priced(page, 'half-typed.stl');
  const name = page.getByLabel('Name', { exact: true });
  const total = page.getByLabel('Agreed total');
  await total.fill('twelve');
  await page.getByRole('button', { name: /and order$/ }).click();
  await expect(name).toBeFocused();
  await expect(total).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true');
  await total.fill('12');
  await expect(total).not.toHaveAttribute('aria-invalid');
  await name.fill('Half Typed');

  const jobs = page.getByRole('navigation').getByRole('link', { name: 'Jobs' });
  await jobs.click();
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await question.getByRole('button', { name: 'Stay here' }).click();
  await expect(name).toHaveValue('Half Typed');
  await expect(total).toHaveValue('12');
  await jobs.click();
  await question.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  await page.context().close();
});

test('a total that moved is shown, and nothing is ordered before the customer agrees', async ({ browser }) => {
  const staff = await staffPage(browser);
  const headers = { Origin: staffURL() };
  const before = await (await staff.request.get('/api/settings')).json();
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket());
  await priced(page, 'bracket.stl');
  await fillCheckout(page, { payment: /^Bank transfer/ });
  await expect(page.getByRole('button', { name: /^Order for \$15\.00/ })).toBeVisible();

  const dearer = { ...before, pricing: { ...before.pricing, setup: '30.00' } };
  expect((await staff.request.put('/api/settings', { data: dearer, headers })).ok()).toBe(true);
  try {
    await page.getByRole('button', { name: /^Order for/ }).click();
    await expect(page.getByText(/^The total is now \$3\d\.\d\d/)).toBeVisible();
    await picture(page, 'total-moved');
    await page.getByRole('button', { name: /^Order for \$3\d/ }).click();
    await expect(page.getByRole('heading', { name: /^Order ORD-/ })).toBeVisible();
    await expect(page.getByRole('heading', { name: /^To pay: \$3\d/ })).toBeVisible();
  } finally {
    const { version } = await (await staff.request.get('/api/settings')).json();
    expect((await staff.request.put('/api/settings', { data: { ...before, version }, headers })).ok()).toBe(true);
  }
  await page.context().close();
  await staff.context().close();
});

test('one set of choices goes to every part', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('one.stl'), bracket('two.stl', 1.2));
  await priced(page, 'one.stl');
  await priced(page, 'two.stl');
  const first = choices(page, 'one.stl');
  await page.getByRole('button', { name: 'one.stl', exact: true }).click();
  await first.getByRole('radio', { name: 'PETG' }).check();
  await expect(part(page, 'one.stl').getByText(/^PETG · /)).toBeVisible();
  await priced(page, 'one.stl'); // and its choices are still those on the page
  const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
  await first.getByRole('button', { name: 'Use for all parts' }).click();
  await kept;
  await expect(part(page, 'two.stl').getByText(/^PETG · /)).toBeVisible();
  await priced(page, 'two.stl');
  await picture(page, 'cart-two-parts');
  await page.reload();
  await expect(part(page, 'two.stl').getByText(/^PETG · /)).toBeVisible();
  await page.context().close();
});

test('what was approved and is paid only at the counter waits for its release, and nobody is asked to pay before', async ({
  browser,
}) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, stepFile('hinge.step'));
  await expect(part(page, 'hinge.step')).toBeVisible();
  await fillCheckout(page, { name: 'Cora Till' });
  await page.getByRole('button', { name: 'Request review' }).click();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  const headers = { Origin: staffURL() };
  const settings = async (change: object): Promise<void> => {
    const now = await (await staff.request.get('/api/settings')).json();
    const saved = await staff.request.put('/api/settings', { headers, data: { ...now, ...change } });
    expect(saved.ok(), await saved.text()).toBe(true);
  };
  const { bank_details: bank } = await (await staff.request.get('/api/settings')).json();
  await staff.goto('/staff?tab=review');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Approve…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Approve ${number}` });
  await dialog.getByLabel('Total').fill('0.30'); // less than any card takes
  await dialog.getByLabel('Reason for the price').fill('As agreed');
  await dialog.getByRole('button', { name: /^Approve/ }).click();
  await expect(dialog).toBeHidden();
  // It was approved while it could be paid by transfer; then that way goes.
  await expect(staff.getByText('Waiting for payment', { exact: true })).toBeVisible();
  await settings({ bank_details: '' });
  try {
    await staff.reload();
    await expect(staff.getByText('Waits for release', { exact: true })).toBeVisible();
    await expect(staff.getByText('Waiting for payment', { exact: true })).toHaveCount(0);
    await expect(staff.getByRole('main').locator('.btn-primary:visible')).toHaveText(['Release…']);
    await picture(staff, 'staff-waits-for-release');
    await page.reload();
    await expect(page.getByText('Pay when you collect', { exact: true })).toBeVisible();
    await expect(page.getByText('You pay when you collect it.')).toHaveCount(1);
    await expect(page.getByText(/as soon as we’ve released it/)).toBeVisible();
    await expect(page.locator('[aria-current="step"]')).toContainText('Reviewed');
    await picture(page, 'order-waits-for-release');
    await staff.goto('/staff');
    const row = staff.getByRole('row').filter({ hasText: number });
    await expect(row.getByText('Waits for release')).toBeVisible();
    await row.getByRole('link', { name: number }).click();
    await staff.getByRole('button', { name: 'Release…' }).click();
    await staff.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
    await expect(staff.getByText('In the queue', { exact: true }).first()).toBeVisible();
    await expect(staff.getByRole('main').locator('.btn-primary:visible')).toHaveText(['Mark as made…']);
    await page.reload();
    await expect(page.locator('[aria-current="step"]')).toContainText('In the queue');
  } finally {
    await settings({ bank_details: bank });
  }
  await page.context().close();
  await staff.context().close();
});
