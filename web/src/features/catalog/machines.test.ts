import { describe, expect, it } from 'vitest';

import { bedWords, checkMachine, machineOf, machineState, rateWords, valuesOf } from './machines';

const bed = { width: 220, depth: 220, height: 250, elliptic: false, center_is_zero: false };

describe('a machine', () => {
  it('has a bed in words', () => {
    expect(bedWords(bed)).toBe('220 × 220 × 250 mm');
    expect(bedWords({ ...bed, elliptic: true })).toBe('round, 220 mm wide and 250 mm high');
    expect(bedWords({ ...bed, depth: 200, elliptic: true })).toBe('220 × 200 × 250 mm, oval');
  });

  it('has a price as people write it', () => {
    expect([rateWords('3'), rateWords('4.5'), rateWords('0.085')]).toEqual(['$3.00', '$4.50', '$0.085']);
  });

  it('says what is the matter before whether it is on', () => {
    expect(machineState({ active: true })).toBe('IN_USE');
    expect(machineState({ active: false })).toBe('OFF');
    expect(machineState({ active: true, broken: 'There is no such profile.' })).toBe('BROKEN');
  });

  it('sends no price where none is typed', () => {
    const values = { ...valuesOf(), name: ' CR-10 ', rate_per_hour: ' ' };
    expect(machineOf(values)).toEqual({ name: 'CR-10', active: true, interchangeable: false, overrides: [] });
    expect(machineOf({ ...values, rate_per_hour: ' 4.50' }).rate_per_hour).toBe('4.50');
  });

  it('is checked before it is sent', () => {
    const right = { ...valuesOf(), definition: 'creality_cr10', name: 'CR-10' };
    expect(Object.values(checkMachine(right)).filter(Boolean)).toEqual([]);
    const wrong = { ...right, definition: '', name: ' ', rate_per_hour: '4,5', overrides: [{ key: ' ', value: '1' }] };
    expect(Object.keys(checkMachine(wrong)).sort()).toEqual(['definition', 'name', 'overrides.0.key', 'rate_per_hour']);
  });
});
