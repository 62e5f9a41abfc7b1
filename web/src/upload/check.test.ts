import { describe, expect, it } from 'vitest';

import { turnIn, worthRetrying } from './answers';
import { checkPicked, extension, fileKind, refusal } from './check';

const limits = { file_bytes: 1000, files: 3 };

describe('fileKind', () => {
  it.each(['part.stl', 'PART.STL', 'a.b.obj', 'plate.3mf'])('%s is a model', (name) =>
    expect(fileKind(name)).toBe('model'),
  );
  it.each(['bracket.step', 'B.STP'])('%s is read in the browser', (name) => expect(fileKind(name)).toBe('step'));
  it('a ZIP is an archive', () => expect(fileKind('all.ZIP')).toBe('archive'));
  it.each(['bracket.stepnc', 'photo.jpg', 'drawing.pdf', 'noending', '.stl'])('%s goes to a person', (name) =>
    expect(fileKind(name)).toBe('review'),
  );
  it('reads the last ending', () => expect(extension('x.tar.gz')).toBe('gz'));
});

describe('refusal', () => {
  it('says what is wrong and what to do', () => {
    expect(refusal({ name: 'a.stl', size: 0 }, limits)).toMatch(/empty.*again/s);
    expect(refusal({ name: 'a.stl', size: 1001 }, limits)).toMatch(/1 kB.*ZIP|zipped/s);
    expect(refusal({ name: 'a.stl', size: 1000 }, limits)).toBeUndefined();
  });
});

describe('checkPicked', () => {
  it('takes good files and gives each bad one its message', () => {
    const picked = checkPicked(
      [
        { name: 'ok.stl', size: 10 },
        { name: 'huge.stl', size: 5000 },
        { name: 'photo.heic', size: 10 },
      ],
      0,
      limits,
    );
    expect(picked.accepted.map((file) => file.name)).toEqual(['ok.stl', 'photo.heic']);
    expect(picked.refused.map((file) => file.name)).toEqual(['huge.stl']);
  });

  it('counts what the cart already holds', () => {
    const files = [1, 2, 3].map((i) => ({ name: `${i}.stl`, size: 1 }));
    const picked = checkPicked(files, 1, limits);
    expect(picked.accepted).toHaveLength(2);
    expect(picked.refused[0]?.message).toMatch(/3 files at most/);
  });
});

describe('turnIn', () => {
  const answer = (status: number, after?: string) => ({ getStatus: () => status, getHeader: () => after });

  it.each([429, 503])('%s says how long to wait, and not all come back at once', (status) => {
    const wait = turnIn(answer(status, '3'))!;
    expect(wait).toBeGreaterThanOrEqual(3000);
    expect(wait).toBeLessThan(4000);
  });
  it('does not wait for what only somebody can change', () =>
    expect(turnIn(answer(429, '600'), 'visitor_files_full')).toBeUndefined());
  it('never waits for longer than a minute', () => expect(turnIn(answer(429, '9999'))!).toBeLessThan(61_001));
  it.each([answer(503), answer(503, 'Thu, 26 Nov 2026 10:00:00 GMT'), answer(500, '3'), answer(413, '3'), null])(
    'leaves other answers alone',
    (other) => expect(turnIn(other)).toBeUndefined(),
  );
});

describe('worthRetrying', () => {
  it.each([undefined, 0, 408, 409, 423, 429, 500, 502, 503])('%s is tried again', (status) =>
    expect(worthRetrying(status)).toBe(true),
  );
  it.each(['cart_files_full', 'cart_bytes_full', 'visitor_files_full', 'visitor_bytes_full', 'cart_ordered'])(
    '%s is an answer',
    (code) => expect(worthRetrying(409, code)).toBe(false),
  );
  it('a piece at the wrong place is tried again', () => expect(worthRetrying(409, 'upload_offset_moved')).toBe(true));
  it.each([400, 403, 404, 410, 413, 415, 460])('%s is an answer', (status) =>
    expect(worthRetrying(status)).toBe(false),
  );
});
