import { describe, expect, it } from 'vitest';

import { lengthUnit } from './unit';

const context =
  "#1=(GEOMETRIC_REPRESENTATION_CONTEXT(3) GLOBAL_UNIT_ASSIGNED_CONTEXT((#5,#6,#7)) REPRESENTATION_CONTEXT('a','b'));";
const angle = '#6=(NAMED_UNIT(*)PLANE_ANGLE_UNIT()SI_UNIT($,.RADIAN.));';
const si = (prefix: string): string => `#5=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(${prefix},.METRE.));`;
const inch = `#5=(CONVERSION_BASED_UNIT('INCH',#8)LENGTH_UNIT()NAMED_UNIT(#9));
  #8=LENGTH_MEASURE_WITH_UNIT(LENGTH_MEASURE(25.4),#10);
  #10=(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.));`;

describe('lengthUnit', () => {
  it.each([
    ['mm', si('.MILLI.')],
    ['cm', si('.CENTI.')],
    ['m', si('$')],
    ['micrometre', si('.MICRO.')],
    ['inch', inch],
    ['inch', inch.replace('INCH', 'inches')],
    ['foot', inch.replace('INCH', 'FOOT')],
    ['other', inch.replace('INCH', '')],
    ['mm', si('.MILLI.').toLowerCase().replaceAll('(', '(\n\t ')],
    ['mm', `/* #5=(LENGTH_UNIT()SI_UNIT($,.METRE.)); */${si('.MILLI.')}`],
    ['mm', si('/* as drawn; */ .MILLI.')],
  ])('%s', (unit, length) => {
    expect(lengthUnit(`ISO-10303-21;DATA;${context}${angle}${length}ENDSEC;`)).toBe(unit);
    expect(lengthUnit(`ISO-10303-21;DATA;${length}${angle}${context}ENDSEC;`)).toBe(unit);
  });

  it('is nothing where no context assigns one', () => {
    expect(lengthUnit('')).toBe('');
    expect(lengthUnit(`DATA;${si('.MILLI.')}`)).toBe('');
    expect(lengthUnit(`DATA;${context}${angle}`)).toBe('');
    expect(lengthUnit(`DATA;${context.replace('#5', '#50')}${si('.MILLI.')}`)).toBe('');
  });

  it('believes no text and no comment', () => {
    const quoted = `#4=PRODUCT('it''s; ${context}${si('$')}'.','/*');`.replaceAll("'a','b'", '').replace("'.'", "'");
    expect(lengthUnit(`DATA;${quoted}`)).toBe('');
    expect(lengthUnit(`DATA;/* ${context}${si('$')} */`)).toBe('');
    expect(lengthUnit(`DATA;#4=PRODUCT('a /* b');${context}${si('.MILLI.')}#3=PRODUCT('*/');`)).toBe('mm');
  });

  it.each([
    ['texts that never end', "'".repeat(500_001)],
    ['comments that never end', '/*'.repeat(500_000)],
    ['a unit that never ends', `#1=${'LENGTH_UNIT('.repeat(200_000)};`],
    ['texts full of comments', `#1=X_UNIT('${'/*'.repeat(500_000)}');`],
    ['prefixes', `#5=(LENGTH_UNIT()SI_UNIT(${'.'.repeat(1_000_000)}METRE.));`],
    ['references', `#1=GLOBAL_UNIT_ASSIGNED_CONTEXT((${'#5,'.repeat(300_000)}#5));`],
    ['semicolons', ';'.repeat(1_000_000)],
    ['blanks', `#1 = _UNIT${' '.repeat(1_000_000)}`],
  ])('comes to an end on %s', (_what, text) => {
    expect(lengthUnit(text)).toBe('');
  });
});
