import { expect, it } from 'vitest';

import {
  checkCosts,
  costsAsked,
  hereWords,
  lineWords,
  namesOf,
  readyCopies,
  staysAfter,
  whereWords,
  withWords,
} from './handover';

const copies = (item_id: string, here: number, ready: number, to_come = 0) => ({
  item_id,
  name: `${item_id}.stl`,
  asked: here + to_come,
  left: 0,
  here,
  ready,
  to_come,
  spare: 0,
});

it('takes all that is packed, and what is made where nothing is packed', () => {
  expect(readyCopies([copies('clip', 4, 4), copies('vase', 2, 0), copies('knob', 0, 0, 1)])).toEqual({
    clip: 4,
    vase: 0,
  });
  expect(readyCopies([copies('clip', 4, 0, 6)])).toEqual({ clip: 4 });
});

it('counts what stays of an order of which some leaves', () => {
  const all = [copies('clip', 4, 4), copies('knob', 0, 0, 1)];
  expect(staysAfter(all, { clip: 4 })).toBe(1);
  expect(staysAfter(all, { clip: 1, gone: 3 })).toBe(4);
  expect(staysAfter([copies('clip', 4, 4), copies('cancelled', 0, 0)], { clip: 4 })).toBe(0);
});

it('says where it lies', () => {
  expect(hereWords({ ...copies('clip', 4, 4), shelf: 'B3' })).toBe('4 here, on B3');
  expect(hereWords(copies('clip', 4, 0))).toBe('4 here, not packed yet');
  expect(hereWords({ ...copies('clip', 4, 1), shelf: 'B3' })).toBe('4 here, 1 of them packed, on B3');
});

it('tells a customer of parts that leave one by one, and of copies that are not made', () => {
  const item = { copies: 6, left: 0, ready: 0, to_come: 6 };
  const words = (now: Partial<typeof item> & { left_out?: string }, sent = false, stopped = false) =>
    whereWords({ ...item, ...now }, { sent, stopped });
  expect(words({})).toBe('');
  expect(words({ ready: 6, to_come: 0 })).toBe('');
  expect(words({ ready: 2, to_come: 4 })).toBe('2 ready, 4 to come');
  expect(words({ left: 2, ready: 3, to_come: 1 }, true)).toBe('2 sent, 3 ready, 1 to come');
  expect(words({ left: 6, to_come: 0 })).toBe('All handed over');
  expect(words({ to_come: 0 })).toBe('We’re not making this part after all.');
  expect(words({ left: 2, to_come: 0 })).toBe('2 handed over, 4 not made after all');
  expect(words({ to_come: 0, left_out: 'We can’t make it.' })).toBe('');
  expect(words({ to_come: 0 }, false, true)).toBe('');
});

it('names one copy by its name, and tells two parts with one name apart', () => {
  const names = namesOf([
    { id: '1', name: 'tag.stl', colour: 'Orange' },
    { id: '2', name: 'tag.stl', colour: 'Blue' },
    { id: '3', name: 'clip.stl', colour: 'Black' },
  ]);
  expect(lineWords({ item_id: '3', name: 'clip.stl', copies: 1 }, names)).toBe('1 × clip.stl');
  expect(lineWords({ item_id: '2', name: 'tag.stl', copies: 3 }, names)).toBe('3 × tag.stl, Blue');
  expect(lineWords({ item_id: '4', name: 'gone.stl', copies: 1 }, names)).toBe('1 × gone.stl');
});

it('says with whom it left, as far as it was written down', () => {
  expect(withWords({ kind: 'COLLECTED', collected_by: 'Lin Wei' })).toBe('Collected by Lin Wei');
  expect(withWords({ kind: 'SENT', carrier: 'DHL' })).toBe('DHL');
  expect([withWords({ kind: 'COLLECTED' }), withWords({ kind: 'SENT' })]).toEqual(['Collected', 'Sent']);
});

it('wants a reason for another price than is worked out, and none above what all of it cost', () => {
  expect(checkCosts('24', '', 24_00, 40_00)).toEqual({ costs: '', costs_reason: '' });
  expect(checkCosts('30', ' ', 24_00, 40_00).costs_reason).not.toBe('');
  expect(checkCosts('30', 'as agreed', 24_00, 40_00)).toEqual({ costs: '', costs_reason: '' });
  expect(checkCosts('40.01', 'as agreed', 24_00, 40_00).costs).not.toBe('');
  expect(checkCosts('a lot', '', 24_00, 40_00).costs).not.toBe('');
});

it('asks what the order costs as money is taken for it, or as the last of it leaves', () => {
  expect(costsAsked({ balance: 0, handover_costs: 24_00 }, 2)).toBeUndefined();
  expect(costsAsked({ balance: 0, handover_costs: 24_00 }, 0)).toBe(24_00);
  expect(costsAsked({ balance: 40_00, handover_costs: 24_00 }, 2)).toBe(24_00);
  expect(costsAsked({ balance: 40_00 }, 0)).toBeUndefined();
});
