import Box from '@lucide/svelte/icons/box';
import FileText from '@lucide/svelte/icons/file-text';
import Image from '@lucide/svelte/icons/image';
import Link from '@lucide/svelte/icons/link';

const pictures = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'heic', 'heif', 'avif', 'bmp', 'tif', 'tiff', 'svg'];
const papers = ['pdf', 'txt', 'doc', 'docx', 'odt', 'rtf', 'gcode', 'json'];

/** What stands for a part without a picture of its model: what was sent in its place, or a box for a model. */
export function fileIcon(name: string): typeof Box {
  if (/^https?:\/\//i.test(name)) return Link;
  if (isPicture(name)) return Image;
  return papers.includes(endingOf(name)) ? FileText : Box;
}

/** A photo or a drawing as pixels. */
export function isPicture(name: string): boolean {
  return pictures.includes(endingOf(name)) && !/^https?:\/\//i.test(name);
}

function endingOf(name: string): string {
  return name.split('.').at(-1)?.toLowerCase() ?? '';
}

/** What a file is called on screen: one that stands for a link, by the place that it leads to. */
export function fileTitle(file: { name: string; link?: string }): string {
  if (!file.link) return file.name;
  return `Link to ${URL.canParse(file.link) ? new URL(file.link).hostname : file.link}`;
}
