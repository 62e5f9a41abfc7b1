import type { Choices, OrderItem, PrintChoices, Shop } from '../api/types';

/** The settings an item is printed with, by their names. */
export type Settings = Pick<OrderItem, 'material' | 'colour' | 'quality' | 'infill' | 'supports'>;

/** The shop's usual settings: what a part has before anybody chooses. */
function usual(shop: Pick<Shop, 'defaults' | 'materials'>): Settings {
  const { material_id, colour_id, quality, infill, supports } = shop.defaults;
  const material = shop.materials.find((m) => m.id === material_id);
  const colour = material?.colours.find((c) => c.id === colour_id);
  return { material: material?.name ?? '', colour: colour?.name ?? '', quality, infill, supports };
}

/** How an item is printed, by ids: as it was ordered while the shop still offers that, else its usual material and colour. */
export function printChoices(
  { material_id, colour_id, quality, infill, supports }: Choices,
  shop: Pick<Shop, 'defaults' | 'materials'>,
): PrintChoices {
  const material = shop.materials.find((m) => m.id === material_id);
  if (material?.colours.some((c) => c.id === colour_id)) return { material_id, colour_id, quality, infill, supports };
  const first = material?.colours[0];
  const offered = first
    ? { material_id, colour_id: first.id }
    : { material_id: shop.defaults.material_id, colour_id: shop.defaults.colour_id };
  return { ...offered, quality, infill, supports };
}

/**
 * Whether somebody chose how this is printed. What nobody could slice (a photo, a link, a STEP file) has the usual
 * settings because it must have some, and saying them would promise what nobody asked for.
 */
export function settingsChosen(
  item: Settings & Pick<OrderItem, 'mesh_url' | 'size_mm'>,
  shop: Pick<Shop, 'defaults' | 'materials'>,
): boolean {
  if (item.mesh_url || item.size_mm) return true;
  const unchosen = usual(shop);
  return (Object.keys(unchosen) as (keyof Settings)[]).some((key) => item[key] !== unchosen[key]);
}

/** Whether two parts are printed alike. */
export function sameChoices(a: PrintChoices, b: PrintChoices): boolean {
  return (
    a.material_id === b.material_id &&
    a.colour_id === b.colour_id &&
    a.quality === b.quality &&
    a.infill === b.infill &&
    a.supports === b.supports
  );
}

const supportsWords: Record<string, string> = { auto: '', on: ', with supports', off: ', without supports' };

/** What an item is printed from and how, in one line. */
export function settingsWords({ material, colour, quality, infill, supports }: Settings): string {
  return `${material}, ${colour}, ${quality} mm layers, ${infill} % infill${supportsWords[supports] ?? ''}`;
}

/** The same of a job that is made without a slice, of which only these two are known. */
export function materialChosen(
  job: { elsewhere: boolean; material: string; colour: string },
  shop: Pick<Shop, 'defaults' | 'materials'>,
): boolean {
  const { material, colour } = usual(shop);
  return !job.elsewhere || job.material !== material || job.colour !== colour;
}
