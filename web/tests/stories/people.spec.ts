import { expect, test, type Browser, type Page } from '@playwright/test';

import { findNothing, findNothingInEither, fits, viewports } from '../support/access';
import { admin, command, picture, staffPage, staffURL } from '../support/shop';

/** A browser at the shop's door in which nobody is logged in. */
async function stranger(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: staffURL(), ...options });
  return context.newPage();
}

async function logIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/staff/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** A row of the list, and something from its menu. */
function row(page: Page, name: string) {
  return page.getByRole('row', { name });
}

async function choose(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole('button', { name: `What to do with ${name}` }).click();
  await page.getByRole('menuitem', { name: act }).click();
}

/** Invites somebody and gives the link that is shown. */
async function invite(page: Page, name: string, email: string): Promise<string> {
  await page.goto('/staff/people');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  const link = await page
    .getByRole('dialog', { name: `Invitation for ${name}` })
    .getByLabel('Link')
    .inputValue();
  await page.getByRole('button', { name: 'Done' }).click();
  return link;
}

const password = 'a long enough password too';

test('an admin invites somebody, who works here until they are disabled', async ({ browser }) => {
  const page = await staffPage(browser);
  const link = await invite(page, 'Ben Lee', 'ben@example.com');
  await expect(row(page, 'Ben Lee').getByText('Invited', { exact: true })).toBeVisible();
  await expect(row(page, 'Ben Lee').getByText(/^Link works until/)).toBeVisible();

  const theirs = await stranger(browser);
  await theirs.goto(link);
  await expect(theirs.getByRole('heading', { name: 'Welcome to the shop' })).toBeVisible();
  await theirs.getByLabel('Password').fill('short');
  await theirs.getByRole('button', { name: 'Start working' }).click();
  await expect(theirs.getByLabel('Password')).toBeFocused();
  await theirs.getByLabel('Your name').fill('Ben');
  await theirs.getByLabel('Password').fill(password);
  await theirs.getByRole('button', { name: 'Start working' }).click();
  await expect(theirs.getByRole('heading', { name: 'Orders' })).toBeVisible();

  // The page of the admin hears of it; the link is spent.
  await expect(row(page, 'Ben').getByText('Active', { exact: true })).toBeVisible();
  const late = await stranger(browser);
  await late.goto(link);
  await expect(late.getByRole('heading', { name: 'This link has already been used' })).toBeVisible();
  await late.getByRole('link', { name: 'Log in' }).click();
  await logIn(late, 'ben@example.com', password);
  await expect(late.getByRole('heading', { name: 'Orders' })).toBeVisible();

  // Staff see no people.
  await theirs.goto('/staff/settings');
  await expect(theirs.getByRole('link', { name: 'Background work' })).toBeVisible();
  await expect(theirs.getByRole('link', { name: 'People' })).toHaveCount(0);
  await theirs.goto('/staff/people');
  await expect(theirs.getByText('People are for admins')).toBeVisible();

  // Out, and at once: the open page finds itself at the log in.
  await choose(page, 'Ben', 'Disable');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(row(page, 'Ben').getByText('Disabled', { exact: true })).toBeVisible();
  await expect(theirs.getByRole('heading', { name: 'Log in to the shop' })).toBeVisible();
  await logIn(theirs, 'ben@example.com', password);
  await expect(theirs.getByRole('alert')).toContainText('disabled');

  await choose(page, 'Ben', 'Enable');
  await expect(row(page, 'Ben').getByText('Active', { exact: true })).toBeVisible();
  await logIn(theirs, 'ben@example.com', password);
  await expect(theirs.getByRole('heading', { name: 'Orders' })).toBeVisible();

  await choose(page, 'Ben', 'Remove');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(row(page, 'Ben')).toHaveCount(0);
  for (const each of [page, theirs, late]) await each.context().close();
});

test('who forgot their password gets a link from the command line, and others are logged out', async ({ browser }) => {
  const page = await staffPage(browser);
  const theirs = await stranger(browser);
  await theirs.goto(await invite(page, 'Cleo Ray', 'cleo@example.com'));
  await theirs.getByLabel('Password').fill(password);
  await theirs.getByRole('button', { name: 'Start working' }).click();
  await expect(theirs.getByRole('heading', { name: 'Orders' })).toBeVisible();

  const path = /http:\S+(\/staff\/link\/\S+)/.exec(command('admin', 'reset', 'CLEO@example.com'))![1]!;
  const other = await stranger(browser);
  await other.goto(path);
  await expect(other.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
  await other.getByLabel('New password').fill('quite another password');
  await other.getByRole('button', { name: 'Save and log in' }).click();
  await expect(other.getByRole('heading', { name: 'Orders' })).toBeVisible();
  await expect(theirs.getByRole('heading', { name: 'Log in to the shop' })).toBeVisible();

  // Their own account: a new name, another password, and out everywhere.
  await other.goto('/staff/account');
  await other.getByLabel('Name', { exact: true }).fill('Cleo');
  await other.getByRole('button', { name: 'Save name' }).click();
  await expect(other.getByRole('button', { name: 'Cleo', exact: true })).toBeVisible();
  await logIn(theirs, 'cleo@example.com', 'quite another password');
  await expect(theirs.getByRole('heading', { name: 'Orders' })).toBeVisible();
  await other.getByLabel('Current password').fill('not the password');
  await other.getByLabel('New password').fill(password);
  await other.getByRole('button', { name: 'Change password' }).click();
  await expect(other.getByText('This is not your current password.')).toBeVisible();
  await other.getByLabel('Current password').fill('quite another password');
  await other.getByRole('button', { name: 'Change password' }).click();
  await expect(other.getByText('In 1 browser: this one.')).toBeVisible();
  await expect(theirs.getByRole('heading', { name: 'Log in to the shop' })).toBeVisible();
  await other.getByRole('button', { name: 'Log out everywhere' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Log out everywhere' }).click();
  await expect(other.getByRole('heading', { name: 'Log in to the shop' })).toBeVisible();
  for (const each of [page, theirs, other]) await each.context().close();
});

test('two who change somebody at once: the second sees who was first, and loses nothing', async ({ browser }) => {
  const page = await staffPage(browser);
  await invite(page, 'Dot Kim', 'dot@example.com');
  await choose(page, 'Dot Kim', 'Change name or role');
  const other = await staffPage(browser);
  await other.goto('/staff/people');
  await choose(other, 'Dot Kim', 'Change name or role');
  await other.getByLabel('Name').fill('Dorothy Kim');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(row(other, 'Dorothy Kim')).toBeVisible();

  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Dottie Kim');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText(`${admin.name} changed this on`)).toBeVisible();
  await expect(dialog.getByText('Stored now: Dorothy Kim, Staff.')).toBeVisible();
  await expect(dialog.getByLabel('Name')).toHaveValue('Dottie Kim');
  await findNothing(page, 'a conflict');
  await picture(page, 'people-conflict');
  await dialog.getByRole('button', { name: 'Keep what I typed' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Dottie Kim')).toBeVisible();
  for (const each of [page, other]) await each.context().close();
});

test('a link is copied, or marked where the browser has no clipboard', async ({ browser }) => {
  const page = await staffPage(browser);
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await invite(page, 'Eli Fox', 'eli@example.com');
  await choose(page, 'Eli Fox', 'New invitation link');
  await page.getByRole('button', { name: 'Copy' }).click();
  const marked = await page.getByLabel('Link').evaluate((field: HTMLInputElement) => {
    return document.activeElement === field && field.selectionEnd === field.value.length;
  });
  expect(marked).toBe(true);
  await page.context().close();
});

for (const viewport of viewports) {
  test(`axe finds nothing on people's pages, ${viewport.width} px`, async ({ browser }) => {
    const page = await staffPage(browser, { viewport });
    const nothing = (where: string): Promise<void> => findNothingInEither(page, where, `people-${where}`);
    const name = `Fay ${viewport.width}`;
    const link = await invite(page, name, `fay-${viewport.width}@example.com`);
    await expect(row(page, name)).toBeVisible();
    await fits(page, 'people');
    await nothing('list');
    await page.getByRole('button', { name: `What to do with ${name}` }).click();
    await nothing('menu');
    await page.getByRole('menuitem', { name: 'New invitation link' }).click();
    await expect(page.getByRole('dialog', { name: `Invitation for ${name}` })).toBeVisible();
    await nothing('link');
    const fresh = await page.getByLabel('Link').inputValue();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByRole('button', { name: 'Make the invitation' }).click();
    await nothing('invite');
    await page.keyboard.press('Escape');
    await page.goto('/staff/account');
    await expect(page.getByRole('heading', { name: 'Your password' })).toBeVisible();
    await fits(page, 'account');
    await nothing('account');
    await page.context().clearCookies();
    for (const [path, heading] of [
      [link, 'This link no longer works'],
      ['/staff/link/nothing', 'This link does not work'],
      [fresh, 'Welcome to the shop'],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeAttached();
      await fits(page, heading);
      await nothing(heading.toLowerCase().replaceAll(' ', '-'));
    }
    await page.context().close();
  });
}
