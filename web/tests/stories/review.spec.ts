import { expect, test } from '@playwright/test';

import { fits } from '../support/access';
import { leakyBracket, stepFile } from '../support/models';
import {
  customerPage,
  fillCheckout,
  orderNumber,
  part,
  payOnStandIn,
  pick,
  picture,
  staffPage,
  staffURL,
} from '../support/shop';

test('a leaky model is reviewed, priced by a person, and paid by its link', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, leakyBracket(), stepFile());
  await expect(part(page, 'leaky.stl').getByText(/hole/).first()).toBeVisible();
  await expect(part(page, 'housing.step').getByText('Needs review', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Request review' })).toBeVisible({ timeout: 90_000 });
  await picture(page, 'cart-review');
  await part(page, 'leaky.stl').getByRole('button', { name: 'leaky.stl', exact: true }).click();
  await fits(page, 'a part with findings');
  await fillCheckout(page, { name: 'Noor Haddad' });
  await page.getByRole('button', { name: 'Request review' }).click();
  await expect(page.getByText('In review', { exact: true })).toBeVisible();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=review');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Approve…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Approve ${number}` });
  const approve = dialog.getByRole('button', { name: /^Approve/ });
  await approve.click();
  await expect(dialog.getByLabel('Total')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog).toContainText('1 part has no price: set a total, or refuse the order.');
  await dialog.getByLabel('Total').fill('42.50');
  const reason = dialog.getByLabel('Reason for the price');
  await reason.fill('Mended by hand');
  await expect(reason).toHaveAccessibleDescription(/The customer reads it/);
  await dialog.getByLabel('Message to the customer').fill('We closed the hole for you.');
  await picture(staff, 'staff-approve');
  await approve.click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText(/Mended by hand/).first()).toBeVisible();

  // The customer's page is open, and says it at once.
  await expect(page.getByRole('heading', { name: 'To pay: $42.50' })).toBeVisible({ timeout: 3000 });
  await expect(page.getByText('We closed the hole for you.')).toBeVisible();
  await expect(page.getByText('Mended by hand')).toBeVisible(); // beside the price
  await expect(page.getByRole('heading', { name: 'To pay: $42.50' })).toBeVisible();
  await picture(page, 'order-to-pay');

  // A slip in what was written is corrected, and the customer reads it as it is now.
  const customer = staff.getByRole('complementary', { name: 'Money and customer' });
  await customer.getByRole('button', { name: 'Edit what we wrote' }).click();
  const message = staff.getByRole('dialog', { name: `Message to the customer of ${number}` });
  const text = message.getByLabel('Message');
  await expect(text).toHaveValue('We closed the hole for you.');
  await text.fill('We closed both holes for you.');
  // A colleague was quicker: nothing typed is lost, and what the customer reads now stands above it.
  const path = `/api/orders/${staff.url().split('/').pop()}`;
  const { version } = await (await staff.request.get(path)).json();
  const quicker = await staff.request.post(`${path}/message`, {
    headers: { Origin: staffURL() },
    data: { version, message: 'We closed a hole.' },
  });
  expect(quicker.ok(), await quicker.text()).toBe(true);
  const save = message.getByRole('button', { name: 'Save the message' });
  await save.click();
  await expect(message.getByText(/^Sam Keeper changed this on .* Press again if you still want this/)).toBeVisible();
  await expect(message.getByText('The customer reads this now')).toBeVisible();
  await expect(message.getByText('We closed a hole.')).toBeVisible();
  await expect(text).toHaveValue('We closed both holes for you.');
  await picture(staff, 'staff-message-quicker');
  await save.dblclick();
  await expect(message).toBeHidden();
  await expect(customer.getByText('We closed both holes for you.', { exact: true })).toBeVisible();
  await expect(staff.getByText(/^Corrected what the customer is told to “We closed both holes for you.”/)).toHaveCount(
    1,
  );
  await page.reload();
  await expect(page.getByText('We closed both holes for you.')).toBeVisible();

  await page.getByRole('button', { name: 'Pay $42.50 by card' }).click();
  await payOnStandIn(page);
  await expect(page.getByRole('heading', { name: `Order ${number}` })).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText('In the queue', { exact: true }).first()).toBeVisible();
  await page.context().close();
  await staff.context().close();
});

test('a refused review tells the customer why, and charges nothing', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, stepFile('crest.step'));
  await expect(part(page, 'crest.step')).toBeVisible();
  await fillCheckout(page);
  await page.getByRole('button', { name: 'Request review' }).click();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=review');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Refuse…' }).click();
  const reason = staff.getByRole('dialog').getByLabel('Reason');
  await staff.getByRole('button', { name: 'Refuse the order' }).click();
  await expect(reason).toHaveAttribute('aria-invalid', 'true');
  await expect(reason).toBeFocused();
  await reason.fill('This crest is somebody’s trade mark.');
  await expect(reason).not.toHaveAttribute('aria-invalid');

  // A dialog that was closed half-way has not forgotten what was typed.
  await staff.keyboard.press('Escape');
  await expect(reason).toBeHidden();
  await staff.getByRole('button', { name: 'Refuse…' }).click();
  await expect(reason).toHaveValue('This crest is somebody’s trade mark.');
  await staff.getByRole('button', { name: 'Refuse the order' }).click();
  await expect(staff.getByText('Refused', { exact: true }).first()).toBeVisible();
  await expect(staff.getByRole('complementary', { name: 'Money and customer' })).toContainText(
    'there is nothing to pay',
  );
  await expect(staff.getByText('Still to pay')).toHaveCount(0);

  await page.reload();
  await expect(page.getByText('This crest is somebody’s trade mark.')).toBeVisible();
  await expect(page.getByText('Nothing was charged, and there is nothing to pay.')).toBeVisible();
  const way = page.getByRole('listitem').filter({ hasText: 'Refused, now' });
  await expect(way).toHaveAttribute('aria-current', 'step');
  await picture(page, 'order-refused');
  await expect(page.getByRole('button', { name: /^Pay/ })).toHaveCount(0);
  await page.context().close();
  await staff.context().close();
});

test('several orders in review are refused together, and their customers read why', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, stepFile());
  await expect(page.getByRole('link', { name: 'Request review' })).toBeVisible({ timeout: 90_000 });
  await fillCheckout(page, { name: 'Eve Marsh' });
  await page.getByRole('button', { name: 'Request review' }).click();
  await expect(page.getByText('In review', { exact: true })).toBeVisible();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff?tab=review');
  await staff.getByRole('checkbox', { name: `Choose ${number}` }).check();
  await staff.getByRole('button', { name: 'Refuse…' }).click();
  const dialog = staff.getByRole('dialog', { name: 'Refuse 1 order?' });
  // The bar that asks is dark; the question is not.
  const colour = (at: typeof dialog) => at.evaluate((element) => getComputedStyle(element).color);
  expect(await colour(dialog.getByRole('heading'))).toBe(await colour(staff.getByRole('heading', { name: 'Orders' })));
  await dialog.getByRole('button', { name: 'Refuse 1 order' }).click();
  await expect(dialog.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Reason').fill('We print models only.');
  await dialog.getByRole('button', { name: 'Refuse 1 order' }).click();
  await expect(staff.getByText('1 order refused')).toBeVisible();
  await expect(staff.getByRole('link', { name: number })).toBeHidden();

  await page.reload();
  await expect(page.getByText('We print models only.')).toBeVisible();
});
