/** Statements of a STEP file, one by one: what stands between semicolons outside of texts and comments. */
function* statements(text: string): Generator<string> {
  const marks = /[';]|\/\*/g;
  let from = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === ';') {
      yield text.slice(from, mark.index);
      from = marks.lastIndex;
      continue;
    }
    const end = mark[0] === "'" ? text.indexOf("'", marks.lastIndex) + 1 : text.indexOf('*/', marks.lastIndex) + 2;
    if (end < marks.lastIndex) return; // it never ends
    marks.lastIndex = end;
  }
}

/** A statement without blanks, comments and texts, in capitals; and its texts. */
function plain(statement: string): { code: string; texts: string[] } {
  const marks = /'|\/\*/g;
  const code: string[] = [];
  const texts: string[] = [];
  let from = 0;
  for (let mark = marks.exec(statement); mark; mark = marks.exec(statement)) {
    code.push(statement.slice(from, mark.index));
    if (mark[0] === "'") {
      from = statement.indexOf("'", marks.lastIndex) + 1;
      texts.push(statement.slice(marks.lastIndex, from - 1));
    } else {
      from = statement.indexOf('*/', marks.lastIndex) + 2;
    }
    marks.lastIndex = from;
  }
  code.push(statement.slice(from));
  return { code: code.join('').replace(/\s/g, '').toUpperCase(), texts };
}

const metres: Record<string, string> = { $: 'm', '.MILLI.': 'mm', '.CENTI.': 'cm', '.DECI.': 'dm', '.KILO.': 'km' };
const words: Record<string, string> = { in: 'inch', inches: 'inch', ft: 'foot', feet: 'foot', metre: 'm', meter: 'm' };

/** What an entity's unit of length is called, in letters; undefined for another unit. */
function nameOf({ code, texts }: { code: string; texts: string[] }): string | undefined {
  if (!/(?:^|[^A-Z_])LENGTH_UNIT\(\)/.test(code)) return undefined;
  const prefix = /SI_UNIT\((\$|\.[A-Z]{1,10}\.),\.METRE\.\)/.exec(code)?.[1];
  if (prefix) return metres[prefix] ?? `${prefix.slice(1, -1).toLowerCase()}metre`;
  if (!code.includes('CONVERSION_BASED_UNIT(')) return undefined;
  const name = (texts[0] ?? '').toLowerCase().replace(/[^a-z]/g, '');
  return words[name] ?? (name.length > 0 && name.length <= 20 ? name : 'other');
}

/**
 * The unit that the shapes of a STEP file are drawn in ("mm", "inch", "m", ...), by the first context that assigns one; ""
 * where none does. A file that converts inches names millimetres, too: so a unit counts only where a context assigns it.
 */
export function lengthUnit(text: string): string {
  const named = new Map<string, string>();
  const assigned: string[] = [];
  for (const statement of statements(text)) {
    if (!/_UNIT/i.test(statement)) continue;
    const entity = plain(statement);
    const id = /^#(\d{1,12})=/.exec(entity.code)?.[1];
    if (!id) continue;
    const refs = /GLOBAL_UNIT_ASSIGNED_CONTEXT\(\(([#\d,]*)\)\)/.exec(entity.code)?.[1];
    for (const ref of refs?.split(',') ?? []) assigned.push(ref.slice(1));
    const name = nameOf(entity);
    if (name) named.set(id, name);
  }
  return assigned.map((id) => named.get(id)).find(Boolean) ?? '';
}
