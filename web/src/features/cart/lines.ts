import type { Part, Schemas, Shop } from '../../api/types';

type Colour = Schemas['Colour'];

/** Which mesh a part has, in its unit: parts of one model share it, however they came. */
function modelOf(part: Pick<Part, 'mesh_url'>): string | undefined {
  return part.mesh_url?.split('?v=')[1];
}

/** The lines of a part's model: the part, and what is the same in other colours. */
export function linesOf(part: Part, parts: Part[]): Part[] {
  const model = modelOf(part);
  return model === undefined ? [part] : parts.filter((other) => modelOf(other) === model);
}

/** The colour that one more line of a part would have: the first that none of its lines has; nothing where all are wanted already. */
export function nextColour(part: Part, parts: Part[], shop: Pick<Shop, 'materials'>): Colour | undefined {
  const material = shop.materials.find(({ id }) => id === part.choices.material_id);
  const wanted = linesOf(part, parts).map(({ choices }) => choices.colour_id);
  return material?.colours.find(({ id }) => !wanted.includes(id));
}

/** What tells a part from others of its name: its colour, and its material where that differs; nothing where it has the name alone. */
export function tellApart(part: Part, parts: Part[], shop: Pick<Shop, 'materials'>): string {
  const others = parts.filter((other) => other.id !== part.id && other.name === part.name);
  if (others.length === 0) return '';
  const material = shop.materials.find(({ id }) => id === part.choices.material_id);
  const colour = material?.colours.find(({ id }) => id === part.choices.colour_id)?.name ?? '';
  const mixed = others.some(({ choices }) => choices.material_id !== part.choices.material_id);
  return mixed ? [material?.name, colour].filter(Boolean).join(' ') : colour;
}

/** How many sets of all parts may be ordered: of none more copies than an order takes. */
export function mostSets(parts: Part[], copies: number): number {
  return Math.floor(copies / Math.max(1, ...parts.map(({ choices }) => choices.copies)));
}
