import { describe, expect, it } from 'vitest';

import type { Cart, Choices, Part } from '../../api/types';
import {
  afterAnswer,
  checkoutGate,
  choicesMessage,
  clashMessage,
  groupChanges,
  holdWords,
  isAnotherCart,
  isForReview,
  mergeChoices,
  overhangWords,
  partBadge,
  partProblem,
  payWords,
  progressMessage,
  questionsFirst,
  replaces,
  unpricedNames,
} from './state';

const choices: Choices = {
  material_id: 'pla',
  colour_id: 'red',
  quality: '0.20',
  infill: 20,
  supports: 'auto',
  copies: 1,
  unit: 'mm',
};

function part(id: string, change: Partial<Part> = {}): Part {
  return {
    id,
    name: `${id}.stl`,
    bytes: 1,
    kind: 'model',
    machine_id: 'small',
    state: 'sliced',
    choices,
    unit_answered: false,
    fits: true,
    plates: [],
    print_anyway: false,
    review_reasons: [],
    ...change,
  };
}

function cart(parts: Part[], version = 1): Cart {
  return { parts, can_pay: true, busy: false, machines: [], review_reasons: [], version };
}

describe('replaces', () => {
  it('drops an answer that an event overtook', () => {
    expect(replaces(cart([], 4), cart([], 5))).toBe(false);
    expect(replaces(cart([], 5), cart([], 5))).toBe(true);
    expect(replaces(cart([], 6), cart([], 5))).toBe(true);
  });

  it('drops an overtaken answer of the same version: a slice may have ended meanwhile', () => {
    expect(replaces(cart([], 5), cart([], 5), true)).toBe(false);
    expect(replaces(cart([], 6), cart([], 5), true)).toBe(true);
  });

  it('takes the new cart after an order, whose versions begin again', () => {
    const ordered = { ...cart([], 7), order: { number: 'ORD-1001', url: '/order/mine' } };
    expect(replaces(cart([part('a')], 1), ordered)).toBe(true);
    expect(isAnotherCart(cart([], 1), ordered)).toBe(true);
    expect(replaces({ ...ordered, version: 6 }, ordered)).toBe(false);
  });
});

describe('pending choices', () => {
  it('lie over what the server has', () => {
    const merged = mergeChoices(part('a'), { a: { choices: { infill: 40 }, from: 1 } });
    expect(merged.choices).toEqual({ ...choices, infill: 40 });
    const other = part('b');
    expect(mergeChoices(other, { a: { choices: { infill: 40 }, from: 1 } })).toBe(other);
  });

  it('turn a part without being among its choices', () => {
    const turned = { w: 0, x: 1, y: 0, z: 0 };
    const merged = mergeChoices(part('a'), { a: { choices: { pose: turned, infill: 40 }, from: 1 } });
    expect(merged.pose).toEqual(turned);
    expect(merged.choices).toEqual({ ...choices, infill: 40 });
    expect(mergeChoices(merged, { a: { choices: { infill: 10 }, from: 1 } }).pose).toEqual(turned);
    const shop = { materials: [] };
    expect(clashMessage(part('a'), { pose: turned }, shop)).toBe('a.stl has been turned one way, here another.');
    expect(clashMessage(merged, { pose: { w: 0, x: -1, y: 0, z: 0 } }, shop)).toBe('');
  });

  it('travel together when they are the same, and were chosen from the same version', () => {
    const groups = groupChanges({
      a: { choices: { infill: 40, quality: '0.12' }, from: 3 },
      b: { choices: { quality: '0.12', infill: 40 }, from: 3 },
      c: { choices: { copies: 3 }, from: 3 },
      d: { choices: { copies: 3 }, from: 4 },
    });
    expect(groups).toEqual([
      { ids: ['a', 'b'], choices: { infill: 40, quality: '0.12' }, from: 3 },
      { ids: ['c'], choices: { copies: 3 }, from: 3 },
      { ids: ['d'], choices: { copies: 3 }, from: 4 },
    ]);
  });

  it('go on from the version of the answer, where more was chosen meanwhile', () => {
    const stored = { ids: ['a', 'b'], choices: { copies: 3 }, from: 3 };
    const pending = {
      a: { choices: { copies: 3 }, from: 3 },
      b: { choices: { copies: 3, infill: 40 }, from: 3 },
      c: { choices: { copies: 9 }, from: 3 },
    };
    expect(afterAnswer(pending, stored, 7)).toEqual({
      b: { choices: { copies: 3, infill: 40 }, from: 7 },
      c: { choices: { copies: 9 }, from: 3 },
    });
  });

  it('are held against what another tab chose', () => {
    const shop = { materials: [] };
    const stored = part('a', { choices: { ...choices, copies: 5, infill: 40 } });
    expect(clashMessage(stored, { copies: 7 }, shop)).toBe('a.stl has 5 copies, here 7.');
    expect(clashMessage(stored, { copies: 7, infill: 10 }, shop)).toBe(
      'a.stl has 5 copies, here 7; 40 % infill, here 10 %.',
    );
    expect(clashMessage(stored, { copies: 5 }, shop)).toBe('');
  });

  it('keep the order from going on while two tabs disagree', () => {
    expect(checkoutGate(cart([part('a')]), { sending: 0, paused: 0 }, true).ready).toBe(false);
    expect(checkoutGate(cart([part('a')]), { sending: 0, paused: 0 }, false, true).message).toMatch(/whole number/);
    expect(checkoutGate(cart([part('a')]), { sending: 0, paused: 0 }).ready).toBe(true);
  });
});

describe('sentences', () => {
  it('say the place in the queue and the progress', () => {
    expect(progressMessage({ state: 'queued', queue_position: 1 })).toBe('Next to be sliced');
    expect(progressMessage({ state: 'queued', queue_position: 4 })).toBe('Number 4 in the queue');
    expect(progressMessage({ state: 'slicing', progress: 0.424 })).toBe('Slicing, 42 %');
    expect(progressMessage({ state: 'sliced' })).toBe('');
  });

  it('give each state a badge', () => {
    expect(partBadge(part('a', { state: 'needs_units' })).state).toBe('needs_units');
    expect(partBadge(part('a', { state: 'slicing', progress: 0.22 })).word).toBe('Slicing, 22 %');
    expect(partBadge(part('a', { state: 'failed' })).state).toBe('unreadable'); // nothing was measured
    const price = { rows: [], total: 1245, unit_each: 1245, estimated: false };
    expect(partBadge(part('a', { state: 'sliced', price })).state).toBe('sliced');
    expect(partBadge(part('a', { state: 'sliced', price, review_reasons: ['It has a hole.'] })).state).toBe('review');
    expect(partBadge(part('a', { state: 'sliced' })).state).toBe('ready'); // where prices are on request
  });

  it('put what asks something first', () => {
    const parts = [part('a'), part('b', { state: 'needs_units' }), part('c')];
    expect(questionsFirst(parts).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  });

  it('put what is not accepted first, and ask no price for it', () => {
    const parts = [part('a'), part('b', { state: 'not_accepted' })];
    expect(questionsFirst(parts).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(unpricedNames(parts)).not.toContain(parts[1]!.name);
    expect(partBadge(parts[1]!).state).toBe('not_accepted');
    expect(partProblem(part('b', { state: 'not_accepted', message: 'We do not print b.' }))).toBe('');
  });

  it('say nothing of a file for review, which its badge says, however many there are', () => {
    const photo = part('a', {
      state: 'review',
      kind: 'review_file',
      message: 'We review this file and set the price.',
    });
    expect(partProblem(photo)).toBe('');
    expect(partProblem(photo, true)).toBe('It has no price of its own.');
  });

  it('name the gravest problem', () => {
    expect(partProblem(part('a'))).toBe('');
    expect(partProblem(part('a', { message: 'The file ends in the middle.' }))).toBe('The file ends in the middle.');
    expect(partProblem(part('a', { fits: false, fit_message: 'Too tall.' }))).toBe('Too tall.');
  });

  it('sum up the choices', () => {
    const materials = [{ id: 'pla', name: 'PLA', note: '', colours: [{ id: 'red', name: 'Red', hex: '#ff0000' }] }];
    expect(choicesMessage({ ...choices, copies: 4 }, { materials })).toBe('PLA · 4 copies');
  });
});

describe('checkoutGate', () => {
  const none = { sending: 0, paused: 0 };

  it('opens when every part has its answer', () => {
    expect(checkoutGate(cart([part('a'), part('b', { state: 'review', kind: 'review_file' })]), none).ready).toBe(true);
    // What could not be sliced goes to a person; it does not lock the order.
    expect(checkoutGate(cart([part('a', { state: 'failed' })]), none).ready).toBe(true);
  });

  it('stays shut, and says why', () => {
    expect(checkoutGate(cart([part('a'), part('b', { state: 'not_accepted' })]), none)).toEqual({
      ready: false,
      message: 'First remove the part that we don’t print.',
    });
    expect(checkoutGate(cart([]), none).ready).toBe(false);
    expect(checkoutGate(cart([part('a', { state: 'slicing' })]), none).message).toMatch(/slicing/);
    expect(
      checkoutGate(cart([part('a', { state: 'needs_units' }), part('b', { state: 'queued' })]), none).message,
    ).toMatch(/how wide/);
  });

  it('waits for files on their way, which an order made now would leave out', () => {
    const ready = cart([part('a')]);
    expect(checkoutGate(ready, { sending: 1, paused: 0 })).toEqual({
      ready: false,
      message: 'A file is still on its way; the order waits for it.',
    });
    expect(checkoutGate(ready, { sending: 2, paused: 0 }).message).toMatch(/^2 files/);
    expect(checkoutGate(ready, { sending: 1, paused: 1 }).message).toMatch(/resume or cancel/);
  });
});

it('names the ways to pay that there are', () => {
  expect(payWords(['pickup', 'card', 'transfer'])).toBe('Pay by card, by bank transfer or when you collect it.');
  expect(payWords(['transfer', 'pickup'])).toBe('Pay by bank transfer or when you collect it.');
  expect(payWords(['pickup'])).toBe('Pay when you collect it.');
  expect(payWords([])).toBe('You see how to pay on your order’s page.');
});

it('names what only a person can price', () => {
  const price = { rows: [], total: 100, estimated: false } as unknown as Part['price'];
  const parts = [
    part('priced', { price }),
    part('slicing', { state: 'slicing' }),
    part('asking', { state: 'needs_units' }),
    part('broken', { state: 'failed' }),
    part('photo', { state: 'review', kind: 'review_file' }),
  ];
  expect(unpricedNames(parts)).toEqual(['broken.stl', 'photo.stl']);
  expect(parts.filter(isForReview).map(({ id }) => id)).toEqual(['broken', 'photo']);
});

it('says what keeps a cart from being paid at once', () => {
  const broken = part('broken', { state: 'failed', review_reasons: ['It cannot be read.'] });
  const held = (parts: Part[], reasons: string[] = ['?']) => holdWords({ ...cart(parts), review_reasons: reasons });
  expect(held([part('a'), broken])).toBe(
    'We review this order first, because of broken.stl. You pay nothing yet. Or remove it to pay for the rest now.',
  );
  expect(held([broken, { ...broken, name: 'b.step' }, { ...broken, name: 'c.jpg' }])).toBe(
    'We review this order first, because of broken.stl, b.step and 1 more. You pay nothing yet.',
  );
  expect(held([part('a')], ['We review orders over $300.00 first.'])).toBe(
    'We review orders over $300.00 first. You pay nothing yet.',
  );
});

describe('overhangWords', () => {
  const inspection = (mm2: number): NonNullable<Part['inspection']> => ({
    size_mm: [1, 1, 1],
    volume_mm3: 1,
    area_mm2: 1,
    triangles: 12,
    bodies: 1,
    watertight: true,
    overhang_mm2: mm2,
    overhang_angle: 50,
    findings: [],
  });
  const result = { seconds: 60, layers: 10, supports_used: true, engine: 'native' };
  const price = {
    rows: [{ kind: 'supports', label: 'Supports', amount: 326 }],
    total: 326,
    estimated: false,
  } as unknown as NonNullable<Part['price']>;

  it('names the area, and what the supports of all copies weigh and cost', () => {
    expect(overhangWords({ inspection: inspection(8800), result: { ...result, support_grams: 13.6 }, price })).toEqual(
      { some: true, overhang: 'Overhang 88 cm²', supports: 'supports 13.6 g, $3.26' },
    ); // prettier-ignore
    expect(overhangWords({ inspection: inspection(42), result, price })?.supports).toBe('supports $3.26');
    expect(overhangWords({ inspection: inspection(420), price: { ...price, estimated: true } })).toEqual({
      some: true,
      overhang: 'Overhang 4.2 cm²',
      supports: 'supports about $3.26',
    });
  });

  it('says where there is none, and nothing of what is not known', () => {
    const none = { ...result, supports_used: false };
    expect(overhangWords({ inspection: inspection(0.2), result: none })).toEqual({
      some: false,
      overhang: 'No overhang',
      supports: 'no supports',
    });
    expect(overhangWords({ inspection: inspection(42) })?.supports).toBe('');
    expect(overhangWords({})).toBeUndefined();
  });
});
