import Box from '@lucide/svelte/icons/box';
import FileText from '@lucide/svelte/icons/file-text';
import Image from '@lucide/svelte/icons/image';
import Link from '@lucide/svelte/icons/link';

const pictures = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'heic', 'heif', 'avif', 'bmp', 'tif', 'tiff', 'svg'];
const papers = ['pdf', 'txt', 'doc', 'docx', 'odt', 'rtf'];

/** What stands for a part without a picture of its model: what was sent in its place, or a box for a model. */
export function fileIcon(name: string): typeof Box {
  if (/^https?:\/\//i.test(name)) return Link;
  const ending = name.split('.').at(-1)?.toLowerCase() ?? '';
  if (pictures.includes(ending)) return Image;
  return papers.includes(ending) ? FileText : Box;
}

/** What a file is called on screen: the link that stood in the place of a model is kept as a text, which is no part of its name. */
export function fileTitle(name: string): string {
  return /^Link to .+\.txt$/.test(name) ? name.slice(0, -'.txt'.length) : name;
}
