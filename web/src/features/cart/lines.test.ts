import { describe, expect, it } from 'vitest';

import type { Part } from '../../api/types';
import { linesOf, mostSets, nextColour, tellApart } from './lines';

const shop = {
  materials: [
    {
      id: 'pla',
      name: 'PLA',
      note: '',
      colours: [
        { id: 'black', name: 'Black', hex: '#000' },
        { id: 'white', name: 'White', hex: '#fff' },
      ],
    },
  ],
};
const part = (id: string, name: string, mesh: string | undefined, colour: string, copies = 1): Part =>
  ({
    id,
    name,
    ...(mesh && { mesh_url: `/api/quick-order/parts/${id}/mesh?v=${mesh}` }),
    choices: { material_id: 'pla', colour_id: colour, copies },
  }) as Part;

const black = part('a', 'clip.stl', 'abcmm', 'black', 3);
const white = part('b', 'clip.stl', 'abcmm', 'white', 2);
const other = part('c', 'clip.stl', 'defmm', 'white');
const link = part('d', 'https://example.com', undefined, 'black');

describe('lines of a part', () => {
  it('are those of its model', () => {
    expect(linesOf(black, [black, other, white, link])).toEqual([black, white]);
    expect(linesOf(link, [black, link])).toEqual([link]);
  });

  it('take the first colour that is not wanted yet', () => {
    expect(nextColour(black, [black, other], shop)?.id).toBe('white');
    expect(nextColour(other, [black, other], shop)?.id).toBe('black');
    expect(nextColour(black, [black, white], shop)).toBeUndefined();
  });

  it('are told apart by colour where a name is not enough', () => {
    expect(tellApart(black, [black, white], shop)).toBe('Black');
    expect(tellApart(black, [black, link], shop)).toBe('');
    const petg = { ...white, choices: { ...white.choices, material_id: 'petg' } };
    expect(tellApart(black, [black, petg], shop)).toBe('PLA Black');
  });
});

it('takes no more sets than copies of a part', () => {
  expect(mostSets([black, white], 500)).toBe(166);
  expect(mostSets([], 500)).toBe(500);
});
