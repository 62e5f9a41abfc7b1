import { expect, test } from 'vitest';

import { materialChosen, printChoices, settingsChosen } from './choices';

const black = { id: 'black', name: 'Black', hex: '#111111' };
const shop: Parameters<typeof settingsChosen>[1] = {
  defaults: {
    material_id: 'pla',
    colour_id: 'black',
    quality: '0.20',
    infill: 20,
    supports: 'auto',
    copies: 1,
    unit: 'mm',
  },
  materials: [
    { id: 'petg', name: 'PETG', note: '', colours: [black] },
    { id: 'pla', name: 'PLA', note: '', colours: [black] },
  ],
};
const usual = { material: 'PLA', colour: 'Black', quality: '0.20', infill: 20, supports: 'auto' } as const;

test('what was never sliced has no settings until somebody chooses some', () => {
  expect(settingsChosen(usual, shop)).toBe(false);
  expect(settingsChosen({ ...usual, material: 'PETG' }, shop)).toBe(true);
  expect(settingsChosen({ ...usual, infill: 40 }, shop)).toBe(true);
});

test('a model is printed as it says, the usual way too', () => {
  expect(settingsChosen({ ...usual, mesh_url: '/m' }, shop)).toBe(true);
  expect(settingsChosen({ ...usual, size_mm: [1, 2, 3] }, shop)).toBe(true); // its file was deleted by age
});

test('a job made elsewhere has a material if one was chosen', () => {
  expect(materialChosen({ elsewhere: true, material: 'PLA', colour: 'Black' }, shop)).toBe(false);
  expect(materialChosen({ elsewhere: true, material: 'PETG', colour: 'Black' }, shop)).toBe(true);
  expect(materialChosen({ elsewhere: false, material: 'PLA', colour: 'Black' }, shop)).toBe(true);
});

test('a model is printed as it was ordered, while that is offered', () => {
  const ordered = { ...shop.defaults, material_id: 'petg', quality: '0.12', copies: 3 } as const;
  const { copies: _, unit: __, ...wanted } = ordered;
  expect(printChoices(ordered, shop)).toEqual(wanted);
  expect(printChoices({ ...ordered, colour_id: 'gone' }, shop)).toEqual(wanted); // the first colour of that material
  expect(printChoices({ ...ordered, material_id: 'gone' }, shop)).toEqual({ ...wanted, material_id: 'pla' });
});
