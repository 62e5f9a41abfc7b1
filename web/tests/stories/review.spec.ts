import { expect, test, type Page } from '@playwright/test';

import { fits } from '../support/access';
import { bracket, leakyBracket, stepFile } from '../support/models';
import {
  customerPage,
  fillCheckout,
  orderNumber,
  part,
  payOnStandIn,
  pick,
  picture,
  priced,
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

test('a model that is refused with one order holds the others that have it', async ({ browser }) => {
  const file = bracket('heart.stl', 1.37);
  const orders: { page: Page; number: string }[] = [];
  for (const name of ['Ida Heart', 'Otto Heart']) {
    const page = await customerPage(browser);
    await page.goto('/');
    await pick(page, file);
    await priced(page, file.name);
    await fillCheckout(page, { name, payment: /^Bank transfer/ });
    await page.getByRole('button', { name: /^Order for/ }).click();
    orders.push({ page, number: await orderNumber(page) });
  }
  const [refused, held] = orders;

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: refused!.number }).click();
  await staff.getByRole('button', { name: /^More/ }).first().click();
  await staff.getByRole('menuitem', { name: 'Refuse and delete the files…' }).click();
  const dialog = staff.getByRole('dialog');
  const others = dialog.getByRole('list', { name: 'Other open orders with the same model' });
  await expect(others.getByRole('link', { name: held!.number })).toBeVisible();
  await expect(others).toContainText('Otto Heart');
  await expect(others).toContainText('Waiting for payment');
  await picture(staff, 'staff-refuse-same-model');
  await dialog.getByLabel('Reason').fill('This heart is somebody’s design.');
  await dialog.getByRole('button', { name: 'Refuse and delete' }).click();
  await expect(dialog).toBeHidden();

  await held!.page.reload();
  await expect(held!.page.getByText('This order is on hold: we can’t make heart.stl.').first()).toBeVisible();
  await expect(held!.page.getByText('There is nothing to pay while this order is on hold.')).toBeVisible();
  await expect(held!.page.getByRole('button', { name: /^Pay/ })).toHaveCount(0);
  await picture(held!.page, 'order-held-for-model');

  await staff.goto('/staff');
  await staff.getByRole('link', { name: held!.number }).click();
  await expect(staff.getByText('On hold for a refused model')).toBeVisible();
  await expect(staff.getByRole('button', { name: 'Replace heart.stl with a model…' })).toBeVisible();
  await picture(staff, 'staff-held-for-model');
  await staff.getByRole('button', { name: 'Print it anyway…' }).click();
  const lift = staff.getByRole('dialog');
  await lift.getByLabel('Reason').fill('They drew it themselves.');
  await lift.getByRole('button', { name: 'Lift the hold' }).click();
  await expect(staff.getByText('On hold for a refused model')).toHaveCount(0);
  await held!.page.reload();
  await expect(held!.page.getByText('There is nothing to pay while this order is on hold.')).toHaveCount(0);
  for (const { page } of orders) await page.context().close();
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
