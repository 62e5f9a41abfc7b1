import { expect, test } from '@playwright/test';

import { close, released } from '../support/jobs';
import { picture, staffPage } from '../support/shop';

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
  const beyond = await board
    .getByRole('table')
    .evaluate((table) => table.scrollWidth - table.parentElement!.clientWidth);
  expect(beyond, 'the next step of every row is in sight').toBeLessThanOrEqual(0);

  // The order's page and the customer's say so too, each in its own words.
  await expect(staff.getByText('2 to print again')).toBeVisible();
  await expect(staff.getByText(/6 copies of six\.stl on .+: 4 good, 2 failed \(Came off the bed\)/)).toBeVisible();
  await expect(staff.getByText('→')).toHaveCount(0);
  await page.reload();
  await expect(page.getByText(/4 of 6 copies are made\. 2 did not come out well enough/)).toBeVisible();

  // The rest is printed. Stopped by mistake, and taken back: the way back is in the menu, asks, loses no good copy, and
  // is undone.
  await row.getByRole('button', { name: 'six.stl: Start printing' }).click();
  await board.getByRole('dialog').getByRole('button', { name: 'Start printing' }).click();
  await expect(row.getByText('Printing', { exact: true })).toBeVisible();
  await row.getByRole('button', { name: 'Other steps for six.stl' }).click();
  await board.getByRole('menuitem', { name: 'Back to the queue…' }).click();
  const back = board.getByRole('dialog').getByRole('button', { name: 'Back to the queue' });
  await expect(back).toBeVisible();
  await expect(back).not.toHaveClass(/btn-(primary|danger)/); // nothing invites to it
  await expect(back).not.toBeFocused();
  await back.click();
  await expect(row.getByText('In the queue', { exact: true })).toBeVisible();
  await expect(row.getByText('4 of 6', { exact: true })).toBeVisible();
  await board.getByRole('button', { name: 'Undo' }).click();
  await expect(row.getByText('Printing', { exact: true })).toBeVisible();
  await expect(row.getByText('4 of 6', { exact: true })).toBeVisible();
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
  await expect(dialog.getByLabel('Failed copies')).toHaveValue('1');
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
  dialog = staff.getByRole('dialog', { name: 'Correct the run: six.stl' });
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
  // A question that is for some of them names these, and says why the others stay.
  const all = board.getByRole('checkbox', { name: 'Choose all 3 shown' });
  await all.check();
  await bar.getByRole('button', { name: 'Put on the shelf 1…' }).click();
  const which = board.getByRole('dialog').getByRole('group', { name: 'Which jobs' });
  await expect(which.getByRole('listitem')).toHaveCount(3);
  await expect(which.getByText(`one.stl of ${number}`, { exact: true })).toBeVisible();
  for (const title of ['two.stl', 'three.stl']) {
    await expect(which.getByText(`${title} of ${number}: 1 copy is still to be made.`)).toBeVisible();
  }
  await picture(board, 'staff-jobs-some');
  await board.getByRole('dialog').getByRole('button', { name: 'Not now' }).click();
  await all.uncheck();
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
  await expect(row('two.stl')).toHaveCount(0); // what comes later would close the menu
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
