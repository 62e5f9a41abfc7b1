import { expect, it } from 'vitest';

import { differenceWords, inPlace, offerWords, poseBadge, poseNames, supportsWords, type OfferedPose } from './poses';

const own: OfferedPose = {
  pose: { w: 1, x: 0, y: 0, z: 0 },
  own: true,
  chosen: true,
  size_mm: [40, 10, 40],
  overhang_mm2: 300,
  price: 3000,
  saves: 0,
  seconds: 9000,
  supports_used: true,
  support_grams: 12,
  advantages: [],
};
const half = Math.SQRT1_2;
const side: OfferedPose = {
  ...own,
  pose: { w: half, x: half, y: 0, z: 0 },
  own: false,
  chosen: false,
  price: 2000,
  saves: 1000,
  seconds: 6000,
  supports_used: false,
  support_grams: 0,
  advantages: ['cheaper', 'quicker', 'less_support'],
};
const head: OfferedPose = {
  ...side,
  pose: { w: 0, x: 1, y: 0, z: 0 },
  price: 3100,
  saves: -100,
  seconds: 9500,
  advantages: ['less_support'],
};

it('names poses by how they lie, no two alike', () => {
  const other = { ...side, pose: { w: half, x: 0, y: half, z: 0 } };
  const tilted = { ...side, pose: { w: 0.9, x: 0.4, y: 0.17, z: 0 } };
  expect(poseNames([own, side, other, head, tilted])).toEqual([
    'As in your file',
    'On its side',
    'On its side (2)',
    'Upside down',
    'Tilted',
  ]);
});

it('never calls a dearer pose the cheapest, and the file’s own nothing', () => {
  const all = [own, side, head];
  expect(all.map((pose) => poseBadge(pose, all))).toEqual(['', 'Cheapest and quickest', 'No supports']);
  const dear = [own, head];
  expect(dear.map((pose) => poseBadge(pose, dear))).toEqual(['', 'No supports']);
});

it('says what a pose costs beside the one that is chosen', () => {
  expect([own, side, head, { ...side, saves: 0 }].map((pose) => differenceWords(pose, false))).toEqual([
    'as it is now',
    'saves $10.00',
    '$1.00 more',
    '',
  ]);
  expect(differenceWords(head, true)).toBe('about $1.00 more');
});

it('says what supports weigh as far as the shop tells', () => {
  expect(
    [own, side, { ...own, support_grams: 0.01 }, { ...own, support_grams: undefined } as unknown as OfferedPose].map(
      supportsWords,
    ),
  ).toEqual(['12 g', 'none', 'none', 'some']);
});

it('offers what is better, and nothing that is dearer', () => {
  const of = (poses: OfferedPose[], estimated = false) => offerWords({ poses, waiting: 0, estimated });
  expect(of([own, side, head])).toEqual({
    title: 'On its side it needs no supports.',
    rest: '$20.00, saves $10.00 and 50 min.',
  });
  expect(of([own, side], true)?.rest).toBe('About $20.00, saves about $10.00 and 50 min.');
  expect(of([own, head])).toEqual({ title: 'It can lie in other ways.', rest: '' });
  expect(
    of([
      { ...own, chosen: false, saves: -1000 },
      { ...side, chosen: true, saves: 0 },
    ]),
  ).toEqual({ title: 'Lies on its side now.', rest: '' });
  expect(of([])).toBeUndefined();
});

it('leaves the poses where they are while somebody looks at them', () => {
  const now = { poses: [own, side], waiting: 1, estimated: false };
  const cheaper = { ...head, saves: 2000 };
  const next = { poses: [own, cheaper, { ...side, saves: 900 }], waiting: 0, estimated: false };
  expect(inPlace(next, now)).toEqual({ ...next, poses: [own, { ...side, saves: 900 }, cheaper] });
});
