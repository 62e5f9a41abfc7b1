import Box from '@lucide/svelte/icons/box';
import FileText from '@lucide/svelte/icons/file-text';
import Image from '@lucide/svelte/icons/image';
import Link from '@lucide/svelte/icons/link';
import { expect, it } from 'vitest';

import { fileIcon, fileTitle } from './fileIcon';

it('shows what was sent in the place of a model', () => {
  expect(fileIcon('IMG_2041.JPG')).toBe(Image);
  expect(fileIcon('sketch.pdf')).toBe(FileText);
  expect(fileIcon('https://example.com/cup.png')).toBe(Link);
  expect(fileIcon('gear.step')).toBe(Box);
  expect(fileIcon('jpg.stl')).toBe(Box);
});

it('calls a link that was kept as a text by its place, and no other file', () => {
  expect(fileTitle({ name: 'Link to example.com.txt', link: 'https://example.com/cup' })).toBe('Link to example.com');
  expect(fileTitle({ name: 'Link to example.com.txt' })).toBe('Link to example.com.txt');
});
