import { expect, test } from '@playwright/test';

import { picture, staffPage } from '../support/shop';

test('settings that are not saved are not left without a question', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.goto('/staff/jobs');
  await page.getByRole('link', { name: 'Settings' }).click();
  const phone = page.getByLabel('Phone');
  const before = await phone.inputValue();
  await expect(page.getByText('All saved.')).toBeVisible();
  await phone.fill('02 5550 9999');
  await expect(page.getByText('Not saved yet.')).toBeVisible();

  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await page.getByRole('link', { name: 'Orders' }).click();
  await expect(question).toBeVisible();
  await picture(page, 'staff-leave-question');
  await question.getByRole('button', { name: 'Stay here' }).click();
  await expect(question).toBeHidden();
  await expect(page).toHaveURL(/\/staff\/settings$/);
  await expect(phone).toHaveValue('02 5550 9999');

  // The browser's own Back asks too, and Escape stays.
  await page.goBack();
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(page).toHaveURL(/\/staff\/settings$/);
  await expect(phone).toHaveValue('02 5550 9999');

  await page.getByRole('link', { name: 'Orders' }).click();
  await question.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { name: 'Orders' })).toBeVisible();
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(phone).toHaveValue(before);
  // Nothing is unsaved any more, so nothing is asked.
  await page.getByRole('link', { name: 'Jobs' }).click();
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible();
  await page.context().close();
});

test('what is wrong with a setting is said at its field, and nothing typed is lost', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.goto('/staff/settings');
  const name = page.getByLabel('Business name');
  const number = page.getByLabel('ABN or tax number');
  const shop = await name.inputValue();
  const abn = await number.inputValue();
  const save = page.getByRole('button', { name: 'Save settings' });

  await name.fill('');
  await number.fill('12');
  await save.click();
  await expect(name).toHaveAccessibleDescription('Customers read this name: fill it in.');
  await expect(number).toHaveAccessibleDescription(/An ABN has 11 digits/);
  await expect(number).toHaveValue('12');
  await expect(name).toBeFocused(); // the first of them
  await picture(page, 'staff-settings-error');
  await name.fill(shop);
  await expect(name).not.toHaveAttribute('aria-invalid');
  await number.fill(abn);
  await expect(number).not.toHaveAttribute('aria-invalid');

  // This one only the server knows.
  const hour = page.getByLabel('Machine, per hour');
  const before = await hour.inputValue();
  await hour.fill('999999');
  await save.click();
  await expect(hour).toHaveAccessibleDescription(/This price is too high/);
  await expect(hour).toBeFocused();
  await expect(hour).toHaveValue('999999');
  await hour.fill(before);
  await expect(hour).not.toHaveAttribute('aria-invalid');
  await save.click();
  await expect(page.getByText('All saved.')).toBeVisible();
  await page.context().close();
});

test('a number that cannot be read is marked at its field, and what was typed stays', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.goto('/staff/settings');
  const machine = page.getByLabel('Machine, per hour');
  const hours = page.getByLabel('Printing up to');
  const limit = page.getByLabel('Orders up to');
  const gram = page.getByLabel('PLA sells per gram');
  const fields = [machine, gram, limit, hours];
  const before: string[] = [];
  for (const field of fields) before.push(await field.inputValue());
  const save = page.getByRole('button', { name: 'Save settings' });

  await machine.fill('0,12');
  await gram.fill('0,08');
  await limit.fill('abc');
  await hours.fill('abc');
  await save.click();
  await expect(machine).toHaveAccessibleDescription('Enter a price like 3 or 0.08.');
  await expect(gram).toHaveAccessibleDescription('PLA: enter prices like 0.08.');
  await expect(limit).toHaveAccessibleDescription(/^Enter an amount like 300 or 49\.50\./);
  await expect(hours).toHaveAccessibleDescription(/^Enter hours like 12 or 7\.5\./);
  for (const field of fields) await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(machine).toBeFocused(); // the first of them
  await expect(page.getByText('Not saved yet.')).toBeVisible();
  await expect(machine).toHaveValue('0,12');
  await expect(gram).toHaveValue('0,08');
  await expect(limit).toHaveValue('abc');
  await expect(hours).toHaveValue('abc');
  await picture(page, 'staff-settings-numbers');

  for (const [i, field] of fields.entries()) await field.fill(before[i]!);
  for (const field of fields) await expect(field).not.toHaveAttribute('aria-invalid');
  await expect(page.getByText('All saved.')).toBeVisible();
  await page.context().close();
});

test('on a phone, the settings are saved from wherever one has scrolled to', async ({ browser }) => {
  const page = await staffPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto('/staff/settings');
  const save = page.getByRole('button', { name: 'Save settings' });
  /** Nothing lies over the button, and no scrolling is needed to press it. */
  const inReach = () =>
    save.evaluate((button) => {
      const { left, top, width, height } = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
  for (const field of ['Business name', 'Machine, per hour', 'Webhook signing secret']) {
    await page.getByLabel(field).scrollIntoViewIfNeeded();
    await expect(page.getByLabel(field)).toBeInViewport();
    expect(await inReach(), field).toBe(true);
  }

  const discount = page.getByLabel('Staff discount');
  const before = await discount.inputValue();
  for (const percent of ['7', before]) {
    await discount.fill(percent);
    expect(await inReach()).toBe(true);
    await save.tap();
    await expect(page.getByText('All saved.')).toBeVisible();
  }
  await picture(page, 'phone-settings-save');
  await page.context().close();
});

test('staff who are no admins read whose the settings are', async ({ browser }) => {
  const page = await staffPage(browser);
  // The stories' shop has one person, an admin: only what they may do is put in its mouth.
  await page.route('**/api/auth/me', async (route) => {
    const reply = await route.fetch();
    const me = await reply.json();
    const permissions = me.permissions.filter((name: string) => name !== 'change_settings');
    await route.fulfill({ response: reply, json: { ...me, role: 'STAFF', permissions } });
  });
  await page.goto('/staff/settings');
  await expect(page.getByText('Settings are for admins')).toBeVisible();
  await expect(page.getByLabel('Business name')).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.context().close();
});

test('the shop says how supports are built and what they cost', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.goto('/staff/settings');
  const built = page.getByLabel('How they are built');
  const angle = page.getByLabel('Support overhangs from');
  const gram = page.getByLabel('A gram of supports');
  const save = page.getByRole('button', { name: 'Save settings' });
  await expect(built).toHaveValue('profile');
  await expect(angle).toHaveValue('');
  await built.selectOption('tree');
  await angle.fill('steep');
  await gram.fill('0,12');
  await save.click();
  await expect(angle).toHaveAccessibleDescription(/Enter degrees from 0 to 90, or leave it empty\./);
  await expect(gram).toHaveAccessibleDescription(/Enter a price like 3 or 0\.08\./);
  await expect(angle).toHaveValue('steep');
  await angle.fill('55');
  await gram.fill('0.12');
  await picture(page, 'staff-settings-supports');
  await save.click();
  await expect(page.getByText('All saved.')).toBeVisible();
  await page.reload();
  await expect(built).toHaveValue('tree');
  await expect(angle).toHaveValue('55');
  await expect(gram).toHaveValue('0.12');

  // The other stories go by what a new shop has.
  await built.selectOption('profile');
  await angle.fill('');
  await gram.fill('');
  await save.click();
  await expect(page.getByText('All saved.')).toBeVisible();
  await page.context().close();
});
