import { expect, test, type Browser, type Page } from '@playwright/test';

import { bracket } from '../support/models';
import { choices, customerPage, fillCheckout, orderNumber, pick, picture, priced, staffPage } from '../support/shop';

/** An order of brackets that may be printed: its customer's page, its number, and its page as staff see it. */
async function released(
  browser: Browser,
  name: string,
  copies: number,
  ...files: string[]
): Promise<{ page: Page; staff: Page; number: string }> {
  const page = await customerPage(browser);
  await page.goto('/');
  // Copies of one part; more parts are one each.
  await pick(page, bracket(files[0]));
  await priced(page, files[0]!);
  if (copies > 1) {
    const card = choices(page, files[0]!);
    const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await card.getByLabel('Copies').fill(String(copies));
    await card.getByLabel('Copies').blur();
    await kept;
    await expect(card.getByText(`${copies} copies`, { exact: true })).toBeVisible();
    await priced(page, files[0]!);
  }
  for (const [i, file] of files.slice(1).entries()) {
    await pick(page, bracket(file, 1.1 + i / 10));
    await priced(page, file);
  }
  await fillCheckout(page, { name, payment: /^By bank transfer|^Bank transfer/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);
  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'More', exact: true }).click();
  await staff.getByRole('menuitem', { name: 'Release…' }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  return { page, staff, number };
}

const close = async (...pages: Page[]): Promise<void> => {
  for (const page of pages) await page.context().close();
};

test('copies that failed are owed, everywhere, and printed again; going back is undone', async ({ browser }) => {
  const { page, staff, number } = await released(browser, 'Vera Lind', 6, 'six.stl');
  const board = await staffPage(browser);
  await board.goto('/staff/jobs');
  const row = board.getByRole('row').filter({ hasText: number });
  await row.getByRole('button', { name: 'six.stl: Start printing' }).click();
  let dialog = board.getByRole('dialog', { name: 'Start printing: six.stl' });
  await dialog.getByLabel('Printer').selectOption({ index: 1 });
  await dialog.getByRole('button', { name: 'Start printing' }).click();
  await expect(row.getByText('Printing', { exact: true })).toBeVisible();

  // Stopped by mistake, and taken back: the way back is in the menu, asks, and is undone.
  await row.getByRole('button', { name: 'Other steps for six.stl' }).click();
  await board.getByRole('menuitem', { name: 'Back to the queue…' }).click();
  await board.getByRole('dialog').getByRole('button', { name: 'Back to the queue' }).click();
  await expect(row.getByText('In the queue', { exact: true })).toBeVisible();
  await board.getByRole('button', { name: 'Undo' }).click();
  await expect(row.getByText('Printing', { exact: true })).toBeVisible();

  // A run has at most what was on it; what failed is said with its reason.
  await row.getByRole('button', { name: 'six.stl: Printing is done' }).click();
  dialog = board.getByRole('dialog', { name: 'Printing is done: six.stl' });
  await expect(dialog.getByLabel('Good copies')).toHaveValue('6');
  await dialog.getByLabel('Failed copies').fill('2');
  await expect(dialog.getByLabel('Good copies')).toHaveValue('4');
  await dialog.getByLabel('Good copies').fill('5');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Enter how many turned out well, from 0 to 4.')).toBeVisible();
  await expect(dialog.getByLabel('Good copies')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Good copies').fill('4');
  await dialog.getByLabel(/^Why they failed/).fill('Came off the bed');
  await picture(board, 'staff-run');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(row.getByText('In the queue', { exact: true })).toBeVisible();
  await expect(row.getByText('4 of 6', { exact: true })).toBeVisible();
  await expect(row.getByText('2 to print again')).toBeVisible();
  await expect(row.getByRole('button', { name: 'six.stl: Start printing' })).toBeVisible();

  // The order's page and the customer's say so too, each in its own words.
  await expect(staff.getByText('2 to print again')).toBeVisible();
  await expect(staff.getByText(/6 copies of six\.stl on .+: 4 good, 2 failed \(Came off the bed\)/)).toBeVisible();
  await expect(staff.getByText('→')).toHaveCount(0);
  await page.reload();
  await expect(page.getByText(/4 of 6 copies are made\. 2 did not come out well enough/)).toBeVisible();

  // The rest is printed, and the job is printed only now.
  await row.getByRole('button', { name: 'six.stl: Start printing' }).click();
  await board.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await row.getByRole('button', { name: 'six.stl: Printing is done' }).click();
  await expect(board.getByRole('dialog').getByLabel('Good copies')).toHaveValue('2');
  await board.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(row.getByText('Printed', { exact: true })).toBeVisible();
  await expect(row.getByText('6 of 6')).toBeVisible();
  await expect(row.getByText('again')).toHaveCount(0);

  // One breaks while it is packed: its run is corrected, with a reason, and the job owes it again.
  await row.getByRole('button', { name: 'six.stl: Pack' }).click();
  await expect(row.getByText('Packing', { exact: true })).toBeVisible();
  await row.getByRole('button', { name: 'Other steps for six.stl' }).click();
  await board.getByRole('menuitem', { name: 'A copy turned out bad…' }).click();
  dialog = board.getByRole('dialog', { name: 'A copy turned out bad: six.stl' });
  await dialog.getByLabel('Failed copies').fill('1');
  await expect(dialog.getByLabel('Good copies')).toHaveValue('1');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Say why the run is being corrected.')).toBeVisible();
  await dialog.getByLabel('What happened').fill('A tag broke');
  await picture(board, 'staff-run-corrected');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(row.getByText('In the queue', { exact: true })).toBeVisible();
  await expect(row.getByText('5 of 6', { exact: true })).toBeVisible();
  await expect(
    staff.getByText(
      'Corrected a run of six.stl: 1 good, 1 failed instead of 2 good (A tag broke). 1 copy is still to be made.',
    ),
  ).toBeVisible();
  await page.reload();
  await expect(page.getByText(/5 of 6 copies are made/)).toBeVisible();
  // The run before can be corrected, too, in its line on the order's page.
  await staff.getByText('2 runs', { exact: true }).click();
  await staff
    .getByRole('button', { name: /^Correct the run of six\.stl/ })
    .first()
    .click();
  dialog = staff.getByRole('dialog', { name: 'A copy turned out bad: six.stl' });
  await dialog.getByLabel('Failed copies').fill('3');
  await expect(dialog.getByLabel('Good copies')).toHaveValue('3');
  await dialog.getByLabel('What happened').fill('Mistyped');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(staff.getByText('4 of 6 done', { exact: true })).toBeVisible();
  await close(page, staff, board);
});

test('several jobs move at once, by keys, and those that may not say why in their rows', async ({ browser }) => {
  const { page, staff, number } = await released(browser, 'Walt Kern', 1, 'one.stl', 'two.stl', 'three.stl');
  const board = await staffPage(browser);
  await board.goto(`/staff/jobs?q=${number}`);
  const row = (title: string) => board.getByRole('row', { name: `${title}, ${number}` });
  await expect(row('three.stl')).toBeVisible();
  // A row has one button, and the rest is in a menu.
  await expect(row('one.stl').getByRole('button')).toHaveCount(2);

  await row('one.stl').focus();
  await board.keyboard.press('x');
  await board.getByRole('checkbox', { name: 'Choose all 3 shown' }).check();
  await expect(board.getByText('3 selected')).toBeVisible();
  // One of them is put in the queue by a colleague meanwhile, from the order's page.
  await staff.getByRole('button', { name: 'Other steps for two.stl' }).click();
  await staff.getByRole('menuitem', { name: 'Prepare' }).click();
  await expect(row('two.stl').getByText('Preparing')).toBeVisible({ timeout: 5000 });

  await board.getByRole('region', { name: 'Chosen rows' }).getByRole('button', { name: 'Move to…' }).focus();
  await board.keyboard.press('Enter');
  await board.getByRole('menuitem', { name: 'Prepare' }).focus();
  await board.keyboard.press('Enter');
  await expect(row('one.stl').getByText('Preparing')).toBeVisible();
  await expect(row('three.stl').getByText('Preparing')).toBeVisible();
  // What was Preparing already has nothing to do; all three go on together, and then one is busy.
  await board.getByRole('checkbox', { name: 'Choose all 3 shown' }).check();
  await board.getByRole('button', { name: 'Put in queue 3' }).click();
  for (const title of ['one.stl', 'two.stl', 'three.stl']) {
    await expect(row(title).getByText('In the queue', { exact: true })).toBeVisible();
  }
  await row('one.stl')
    .getByRole('button', { name: /: Start printing$/ })
    .click();
  await board.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await board.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await expect(row('one.stl').getByText('Printing', { exact: true })).toBeVisible();
  await board.getByRole('checkbox', { name: 'Choose all 3 shown' }).check();
  await board.getByRole('button', { name: 'Move to…' }).click();
  await board.getByRole('menuitem', { name: 'Prepare' }).click();
  await expect(
    row('one.stl').getByText('This job is printing. Put it back in the queue first, then it can be prepared.'),
  ).toBeVisible();
  await expect(row('two.stl').getByText('Preparing')).toBeVisible();
  await expect(board.getByText('1 selected')).toBeVisible();
  await picture(board, 'staff-jobs-several');
  // All is made: the printer is free again.
  await row('one.stl').getByRole('button', { name: 'one.stl: Printing is done' }).click();
  await board.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(row('one.stl').getByText('Printed', { exact: true })).toBeVisible();
  // What is packed goes on one shelf, which is asked once and finds it.
  const bar = board.getByRole('region', { name: 'Chosen rows' });
  await bar.getByRole('button', { name: 'Pack 1' }).click();
  await expect(row('one.stl').getByText('Packing', { exact: true })).toBeVisible();
  await row('one.stl').focus();
  await board.keyboard.press('x');
  await bar.getByRole('button', { name: 'Put on the shelf 1' }).click();
  const shelving = board.getByRole('dialog', { name: 'Put on the shelf: 1 job' });
  await shelving.getByRole('button', { name: 'Put on the shelf' }).click();
  await expect(shelving.getByText('Enter the shelf it is on, such as B3.')).toBeVisible();
  await shelving.getByLabel('Shelf').fill('q7');
  await picture(board, 'staff-jobs-shelf');
  await shelving.getByRole('button', { name: 'Put on the shelf' }).click();
  await expect(row('one.stl').getByText('Shelf Q7')).toBeVisible();
  await board.getByRole('searchbox', { name: 'Search jobs' }).fill('Q7');
  await expect(row('one.stl')).toBeVisible();
  // From the shelf nothing completes it by hand; going back is undone, shelf and all.
  await row('one.stl').getByRole('button', { name: 'Other steps for one.stl' }).click();
  await expect(board.getByRole('menuitem', { name: /Complete/ })).toHaveCount(0);
  await board.getByRole('menuitem', { name: 'Back to the queue…' }).click();
  await board.getByRole('dialog').getByRole('button', { name: 'Back to the queue' }).click();
  await board.getByRole('button', { name: 'Undo' }).click();
  await board.goto(`/staff/jobs?q=${number}`);
  await expect(row('one.stl').getByText('Shelf Q7')).toBeVisible();
  await expect(row('one.stl').getByRole('link', { name: 'one.stl: take the payment and hand it over' })).toBeVisible();
  // All at once: what was ready and what was being prepared are each where they were, by one Undo.
  await board.getByRole('checkbox', { name: 'Choose all 3 shown' }).check();
  await board.getByRole('button', { name: 'Move to…' }).click();
  await board.getByRole('menuitem', { name: 'Back to the queue…' }).click();
  const going = board.getByRole('dialog', { name: 'Back to the queue: 3 jobs' });
  await picture(board, 'staff-jobs-back');
  await going.getByRole('button', { name: 'Back to the queue' }).click();
  for (const title of ['one.stl', 'two.stl', 'three.stl']) {
    await expect(row(title).getByText('In the queue', { exact: true })).toBeVisible();
  }
  await board.getByRole('button', { name: 'Undo' }).click();
  await expect(row('one.stl').getByText('Shelf Q7')).toBeVisible();
  await expect(row('two.stl').getByText('Preparing')).toBeVisible();
  await expect(row('three.stl').getByText('Preparing')).toBeVisible();
  await close(page, staff, board);
});

test('the list of jobs is searched and narrowed, and says how many there are', async ({ browser }) => {
  const { page, staff, number } = await released(browser, 'Xenia Moor', 1, 'needle.stl');
  const board = await staffPage(browser);
  await board.goto('/staff/jobs');
  for (const text of [number, 'xenia moor', 'needle.stl']) {
    await board.getByRole('searchbox', { name: 'Search jobs' }).fill(text);
    await expect(board.getByRole('row')).toHaveCount(2);
    await expect(board.getByRole('row').filter({ hasText: number })).toBeVisible();
    await expect(board.getByText('1 job', { exact: true })).toBeVisible();
  }
  await board.getByRole('button', { name: 'Add filter' }).click();
  await board.getByRole('menuitem', { name: 'Paused (0)' }).click();
  await expect(board.getByText('Nothing matches “needle.stl”')).toBeVisible();
  await expect(board).toHaveURL(/state=PAUSED/);
  await board.getByRole('button', { name: /^State: Paused/ }).click();
  await board.getByRole('button', { name: 'Add filter' }).click();
  await board.getByRole('menuitem', { name: 'To prepare (1)' }).click();
  await expect(board.getByRole('row').filter({ hasText: number })).toBeVisible();
  await close(page, staff, board);
});

test('jobs are moved from their order’s page, and that of a photo asks for no printer', async ({ browser }) => {
  const { page, staff } = await released(browser, 'Yann Oster', 1, 'hinge.stl');
  await staff.getByRole('button', { name: 'hinge.stl: Start printing' }).click();
  await staff.getByRole('dialog').getByLabel('Printer').selectOption({ index: 1 });
  await staff.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await staff.getByRole('button', { name: 'hinge.stl: Printing is done' }).click();
  await staff.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await staff.getByRole('button', { name: 'hinge.stl: Pack' }).click();
  await expect(staff.getByText('Packing', { exact: true })).toBeVisible();
  await expect(staff.getByText('Started packing hinge.stl.')).toBeVisible();
  await picture(staff, 'staff-order-jobs');
  await close(page, staff);

  // A photo is made by hand: released, its job offers no printer.
  const other = await customerPage(browser);
  await other.goto('/');
  await other.locator('input[type=file]').setInputFiles({
    name: 'vase.jpg',
    mimeType: 'image/jpeg',
    buffer: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(' a photo')]),
  });
  await expect(other.getByRole('article', { name: 'vase.jpg' })).toBeVisible();
  await fillCheckout(other, { name: 'Zoe Pratt' });
  await other
    .getByRole('button', { name: /review/i })
    .last()
    .click();
  const number = await orderNumber(other);
  const office = await staffPage(browser);
  await office.goto('/staff');
  await office.getByRole('link', { name: number }).click();
  await office.getByRole('button', { name: 'Approve…' }).click();
  await office
    .getByRole('dialog')
    .getByLabel(/^Total|^Price/)
    .first()
    .fill('80');
  await office
    .getByRole('dialog')
    .getByLabel(/Reason|Why/)
    .first()
    .fill('As agreed.');
  await office
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve/ })
    .click();
  await expect(office.getByRole('dialog')).toBeHidden();
  await office.getByRole('button', { name: 'More', exact: true }).click();
  await office.getByRole('menuitem', { name: 'Release…' }).click();
  await office.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click();
  const made = office.getByRole('button', { name: 'vase.jpg: Mark as made' });
  await expect(made).toBeVisible();
  await office.getByRole('button', { name: 'Other steps for vase.jpg' }).click();
  await expect(office.getByRole('menuitem', { name: /Start printing/ })).toHaveCount(0);
  await office.keyboard.press('Escape');
  await made.click();
  await expect(office.getByRole('dialog').getByLabel('Printer')).toHaveCount(0);
  await office.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(office.getByText('Made 1 copy of vase.jpg: it is good.')).toBeVisible();
  await close(other, office);
});

test('a cancelled order takes its jobs off a board that is open elsewhere', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('hook.stl'));
  await priced(page, 'hook.stl');
  await fillCheckout(page, { name: 'Uma Thorn', payment: /^When I collect it/ });
  await page.getByRole('button', { name: /^Order for/ }).click();
  const number = await orderNumber(page);

  const board = await staffPage(browser);
  await board.goto('/staff/jobs');
  const job = board.getByRole('row').filter({ hasText: number });
  await expect(board.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
  await expect(job).toHaveCount(0);

  const staff = await staffPage(browser);
  await staff.goto('/staff');
  await staff.getByRole('link', { name: number }).click();
  await staff.getByRole('button', { name: 'Release…' }).click();
  await staff.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(staff.getByText(/^Invoice INV-/)).toBeVisible();
  await expect(job).toBeVisible({ timeout: 2000 });

  await staff.getByRole('button', { name: 'More' }).click();
  await staff.getByRole('menuitem', { name: 'Cancel order…' }).click();
  const dialog = staff.getByRole('dialog', { name: `Cancel ${number}?` });
  await dialog.getByLabel('Reason').fill('Ordered twice.');
  await dialog.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(dialog).toBeHidden();
  await expect(job).toHaveCount(0, { timeout: 2000 });
  await expect(board).toHaveURL(/\/staff\/jobs$/);

  await page.context().close();
  await board.context().close();
  await staff.context().close();
});

test('a job that was paid for is cancelled with a reason, and the order says what comes next', async ({ browser }) => {
  const { page, staff, number } = await released(browser, 'Mia Roth', 1, 'left.stl', 'right.stl');
  await staff.getByRole('button', { name: 'Record payment…' }).click();
  await staff.getByRole('dialog').getByRole('radio', { name: 'Card terminal' }).check();
  await staff.getByRole('dialog').getByRole('button', { name: 'Record the payment' }).click();
  await expect(staff.getByText('Still to pay', { exact: true }).locator('..')).toContainText('$0.00');
  const board = await staffPage(browser);
  await board.goto(`/staff/jobs?q=${number}&view=all`);
  await board.getByRole('button', { name: 'Other steps for left.stl' }).click();
  await board.getByRole('menuitem', { name: 'Cancel the job…' }).click();
  const one = board.getByRole('dialog', { name: 'Cancel the job: left.stl' });
  await expect(one.getByText(new RegExp(`^\\$[\\d.]+ is paid for ${number}$`))).toBeVisible();
  await expect(one.getByText(/^This does not send any of it back\. As the last of the order leaves/)).toBeVisible();
  await one.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(one.getByText('Give a reason first. It stays on record.')).toBeVisible();
  await one.getByLabel('Reason').fill('Not needed.');
  await one.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(one).toBeHidden();
  // With others it is the same question, once.
  await board.getByRole('row', { name: `right.stl, ${number}` }).focus();
  await board.keyboard.press('x');
  await board.getByRole('button', { name: 'Move to…' }).click();
  await board.getByRole('menuitem', { name: 'Cancel the job…' }).click();
  const more = board.getByRole('dialog', { name: /^Cancel the job/ });
  await expect(more.getByText(/It is the last job of the order/)).toBeVisible();
  await more.getByLabel('Reason').fill('Neither.');
  await more.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(more).toBeHidden();
  // Nothing is made, and its page says so, why, and the ways on.
  await expect(staff.getByText('Nothing of this order is being made')).toBeVisible();
  await expect(staff.getByText('Cancelled the job right.stl: Neither.')).toBeVisible();
  await picture(staff, 'staff-stopped');
  await staff.getByRole('button', { name: 'Put the jobs back in the queue…' }).click();
  const back = staff.getByRole('dialog', { name: `Back to the queue: ${number}` });
  await back.getByRole('button', { name: 'Back to the queue' }).click();
  await expect(back).toBeHidden();
  await expect(staff.getByText('Nothing of this order is being made')).toBeHidden();
  await close(page, staff, board);
});
