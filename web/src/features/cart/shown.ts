import type { Finding, Part, PartPrice, PriceRow } from '../../api/types';
import { isPicture } from '../../lib/fileIcon';
import { money } from '../../lib/format';

/** A picture or a file that nothing could be read from: what of it is printed, and how, is not the page's to ask. */
export function hasNoChoices(part: Pick<Part, 'state' | 'inspection' | 'kind' | 'name'>): boolean {
  return (part.state === 'failed' && !part.inspection) || (part.kind === 'review_file' && isPicture(part.name));
}

/** Findings that rest on a size, which is not known while the page asks for the unit. */
const ofSize = ['units', 'thin', 'overhang', 'seams'];

/** What was found in a part, as far as it can be told now. */
export function findingsNow(part: Pick<Part, 'inspection' | 'unit_question' | 'unit_answered'>): Finding[] {
  const found = part.inspection?.findings ?? [];
  return isAsking(part) ? found.filter(({ code }) => !ofSize.includes(code)) : found;
}

/** Its unit is asked for: no size of it counts before the answer. */
export function isAsking(part: Pick<Part, 'unit_question' | 'unit_answered'>): boolean {
  return part.unit_question !== undefined && !part.unit_answered;
}

/** The price of one of several copies: "$4.20 a copy"; nothing for one. */
export function eachWords(price: Pick<PartPrice, 'total' | 'unit_each' | 'estimated'>): string {
  if (price.unit_each === price.total) return '';
  const exact = !price.estimated && price.total % price.unit_each === 0;
  return `${exact ? '' : 'about '}${money(price.unit_each)} a copy`;
}

/** The rows of a cart's price, with what one copy costs beside the parts of several. */
export function rowsWithEach(rows: PriceRow[], parts: Pick<Part, 'id' | 'price'>[]): PriceRow[] {
  return rows.map((row) => {
    const price = row.kind === 'part' ? parts.find(({ id }) => id === row.part_id)?.price : undefined;
    const each = price && eachWords(price);
    return each ? { ...row, detail: each } : row;
  });
}
