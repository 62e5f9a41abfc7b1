import { expect, test } from '@playwright/test';

import { bracket } from '../support/models';
import { choices, customerPage, fillCheckout, part, pick, picture, priced, staffPage, staffURL } from '../support/shop';

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
  await expect(page.getByText('To pay').locator('..')).toContainText('$0.00');
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
