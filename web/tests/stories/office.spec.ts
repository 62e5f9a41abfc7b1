import { expect, test, type Page } from '@playwright/test';

import { bracket } from '../support/models';
import { choices, customerPage, fillCheckout, orderNumber, pick, picture, priced, staffPage } from '../support/shop';

const tabs = (page: Page) => page.getByRole('navigation', { name: 'Which orders' });
const rows = (page: Page) => page.getByRole('table', { name: 'Orders' }).getByRole('row');

test('orders are found by phone and by file, the tabs count what is found, and a row leads to its order', async ({
  browser,
}) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('sprocket-guard.stl'));
  await priced(page, 'sprocket-guard.stl');
  await fillCheckout(page, { name: 'Odette Quill', payment: /^Bank transfer/ });
  await page.getByLabel('Phone').fill('0491 570 156');
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  const search = staff.getByRole('searchbox', { name: 'Search orders' });
  const row = rows(staff).filter({ hasText: number });
  for (const words of ['0491570156', '0491 570 156', 'sprocket-guard', 'odette']) {
    await search.fill(words);
    await expect(staff.getByText('1 order', { exact: true })).toBeVisible();
    await expect(rows(staff)).toHaveCount(2); // its head, and the order
    await expect(row).toContainText('Odette Quill');
    await expect(tabs(staff).getByRole('link', { name: /^All/ })).toContainText('1');
    await expect(tabs(staff).getByRole('link', { name: /^Unpaid/ })).toContainText('1');
    await expect(tabs(staff).getByRole('link', { name: /^Done/ })).not.toContainText(/[1-9]/);
  }
  await expect(row).toContainText(/\d{1,2}:\d{2}/); // when it came in
  await picture(staff, 'staff-orders-found');
  await search.fill('sprocket-nobody-has');
  await expect(staff.getByText(/^Nothing|^No orders/).first()).toBeVisible();
  await search.fill('sprocket-guard');
  await row.getByText('Odette Quill').click();
  await expect(staff.getByRole('heading', { level: 1, name: number })).toBeVisible();
  await staff.goBack();
  await expect(search).toHaveValue('sprocket-guard'); // where one was
  await page.context().close();
  await staff.context().close();
});

test('an order is sent in two parcels, and the customer reads how to follow each', async ({ browser }) => {
  const page = await customerPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto('/');
  await pick(page, bracket('parcel.stl'));
  await priced(page, 'parcel.stl');
  const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
  await choices(page, 'parcel.stl').getByRole('button', { name: 'One more' }).click();
  await kept;
  await fillCheckout(page, { name: 'Pia Holt' });
  await page.getByRole('radio', { name: /^Send it to me/ }).check();
  await page.getByLabel('Street and number').fill('1 High St');
  await page.getByLabel('Suburb or town').fill('Perth');
  await page.getByLabel('State').selectOption('WA');
  await page.getByRole('textbox', { name: 'Postcode' }).fill('6000');
  await page.getByRole('radio', { name: /^Bank transfer/ }).check();
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Record payment…' }).click();
  await staff.getByRole('dialog').getByRole('radio', { name: 'Bank transfer' }).check();
  await staff.getByRole('button', { name: 'Record the payment' }).click();
  await expect(staff.getByText(/^\s*(Paid in full|Nothing left to pay)\s*$/)).toBeVisible();
  await staff.getByRole('button', { name: 'parcel.stl: Start printing' }).click();
  await staff.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await staff.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await staff.getByRole('button', { name: 'parcel.stl: Printing is done' }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await staff.getByRole('button', { name: 'parcel.stl: Pack' }).click();

  const send = async (tracking: string, all: boolean): Promise<void> => {
    await staff.getByRole('button', { name: 'Hand over…' }).first().click();
    const dialog = staff.getByRole('dialog', { name: `Hand over ${number}` });
    await expect(dialog.getByRole('radio', { name: 'Sent' })).toBeChecked();
    const carrier = dialog.getByLabel('Carrier');
    if (!all) {
      await dialog.getByRole('button', { name: 'Hand over to the carrier' }).click();
      await expect(carrier).toHaveAttribute('aria-invalid', 'true');
      await carrier.fill('Australia Post');
      await dialog.getByRole('button', { name: 'One less' }).click();
    }
    await expect(carrier).toHaveValue('Australia Post'); // as the last time
    await dialog.getByLabel('Tracking number').fill(tracking);
    await dialog.getByRole('button', { name: 'Hand over to the carrier' }).click();
    await expect(dialog).toBeHidden();
  };
  await send('33ABC0000001', false);
  await page.reload();
  await expect(page.getByText('Your parcel', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Track 33ABC0000001' })).toHaveAttribute('href', /33ABC0000001/);
  await picture(page, 'phone-first-parcel');
  await send('33ABC0000002', true);
  await expect(staff.getByText('Done', { exact: true }).first()).toBeVisible();
  await page.reload();
  await expect(page.getByText('Your parcels', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Track / })).toHaveCount(2);
  await picture(page, 'phone-both-parcels');
  await page.context().close();
  await staff.context().close();
});

test('a link that went astray is ended, and the customer gets a new one', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('astray.stl'));
  await priced(page, 'astray.stl');
  await fillCheckout(page, { name: 'Lena Astray', payment: /^Bank transfer/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);
  const old = page.url();

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: /^End the link made/ }).click();
  await staff.getByRole('dialog', { name: 'End this link?' }).getByRole('button', { name: 'End the link' }).click();
  await expect(staff.getByText(/^No link works/)).toBeVisible();
  await picture(staff, 'staff-no-link');

  const stranger = await customerPage(browser);
  const astray = await stranger.goto(old);
  expect(astray?.ok()).toBe(true); // the page comes, with nothing of the order in it
  await expect(stranger.getByText('astray.stl')).toHaveCount(0);
  await expect(stranger.getByText(number)).toHaveCount(0);
  await picture(stranger, 'link-ended');

  await staff.getByRole('button', { name: 'Make a link' }).click();
  const made = await staff.getByRole('textbox', { name: 'Link for the customer' }).inputValue();
  await stranger.goto(made);
  await expect(stranger.getByRole('heading', { name: `Order ${number}` })).toBeVisible();
  await page.context().close();
  await stranger.context().close();
  await staff.context().close();
});
