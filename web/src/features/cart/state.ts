import type { Cart, Choices, Part, PaymentMethod, Pose, Shop } from '../../api/types';
import { area, duration, grams, money, plural } from '../../lib/format';
import { poseKey } from '../../viewer/pose';

/** After an order the next upload begins a new cart, whose versions count from one again. */
export function isAnotherCart(next: Cart, have: Cart): boolean {
  return have.order !== undefined && next.order === undefined;
}

/**
 * Whether a state of the cart replaces the one we have. Answers and events overtake each other, and work
 * under way changes parts without a new version: so an answer that events have overtaken since it was asked
 * for counts only if its version is higher.
 */
export function replaces(next: Cart, have: Cart, overtaken = false): boolean {
  if (isAnotherCart(next, have)) return true;
  return overtaken ? next.version > have.version : next.version >= have.version;
}

/** What can be changed of a part: its choices, and how it lies. */
export type Change = Partial<Choices> & { pose?: Pose; print_anyway?: boolean };

/** What was chosen for a part and is not stored yet, and the version of the cart that it was chosen from. */
export interface Pending {
  choices: Change;
  from: number;
}

/** A part with the choices that the server has not confirmed yet. */
export function mergeChoices(part: Part, pending: Record<string, Pending>): Part {
  const change = pending[part.id]?.choices;
  if (!change) return part;
  const { pose = part.pose, print_anyway = part.print_anyway, ...choices } = change;
  return { ...part, ...(pose && { pose }), print_anyway, choices: { ...part.choices, ...choices } };
}

/** Parts that get the same change, chosen from the same version, travel in one request. */
export function groupChanges(pending: Record<string, Pending>): (Pending & { ids: string[] })[] {
  const groups = new Map<string, Pending & { ids: string[] }>();
  for (const [id, { choices, from }] of Object.entries(pending)) {
    const key = JSON.stringify([from, Object.entries(choices).sort()]);
    const group = groups.get(key);
    if (group) group.ids.push(id);
    else groups.set(key, { ids: [id], choices, from });
  }
  return [...groups.values()];
}

/** What is pending once some of it was stored: what was chosen meanwhile goes on from the version that its answer has. */
export function afterAnswer(
  pending: Record<string, Pending>,
  stored: Pending & { ids: string[] },
  version: number,
): Record<string, Pending> {
  const next = { ...pending };
  for (const id of stored.ids) {
    const now = next[id];
    if (!now) continue;
    if (now.choices === stored.choices || sameChoices(now.choices, stored.choices)) delete next[id];
    else next[id] = { ...now, from: version };
  }
  return next;
}

function sameChoices(a: Change, b: Change): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}

/** What two tabs chose differently for a part: what is stored, and what this one shows. Nothing where they agree. */
export function clashMessage(stored: Part, here: Change, shop: Pick<Shop, 'materials'>): string {
  const now = stored.choices;
  const mine = { ...now, ...here };
  const material = shop.materials.find((m) => m.id === now.material_id);
  const mineMaterial = shop.materials.find((m) => m.id === mine.material_id);
  const words: [unknown, unknown, string, string][] = [
    [now.copies, mine.copies, plural(now.copies, 'copy', 'copies'), `${mine.copies}`],
    [now.material_id, mine.material_id, material?.name ?? '', mineMaterial?.name ?? ''],
    [
      now.colour_id,
      mine.colour_id,
      material?.colours.find((c) => c.id === now.colour_id)?.name ?? '',
      mineMaterial?.colours.find((c) => c.id === mine.colour_id)?.name ?? '',
    ],
    [now.quality, mine.quality, `layers of ${now.quality} mm`, `${mine.quality} mm`],
    [now.infill, mine.infill, `${now.infill} % infill`, `${mine.infill} %`],
    [now.supports, mine.supports, `supports ${now.supports}`, mine.supports],
    [now.unit, mine.unit, `drawn in ${now.unit}`, mine.unit],
    [
      stored.print_anyway,
      here.print_anyway ?? stored.print_anyway,
      `“Print it anyway” ${stored.print_anyway ? 'ticked' : 'not ticked'}`,
      stored.print_anyway ? 'not ticked' : 'ticked',
    ],
    [poseKey(stored.pose), poseKey(here.pose ?? stored.pose), 'been turned one way', 'another'],
  ];
  const differ = words.filter(([a, b]) => a !== b).map(([, , there, own]) => `${there}, here ${own}`);
  return differ.length === 0 ? '' : `${stored.name} has ${differ.join('; ')}.`;
}

/** A part's state as StateBadge shows it: the key in its table, and a word that says more where one does. */
export function partBadge(
  part: Pick<Part, 'state' | 'price' | 'progress' | 'inspection' | 'review_reasons' | 'fits'>,
): {
  state: string;
  word?: string;
} {
  switch (part.state) {
    case 'slicing':
      return { state: 'slicing', word: `Slicing, ${Math.round((part.progress ?? 0) * 100)} %` };
    case 'sliced':
      if (part.review_reasons.length > 0) return { state: 'review' };
      // A shop without prices yet slices all the same; a person answers.
      return { state: part.price ? 'sliced' : 'ready' };
    case 'failed':
      if (!part.inspection) return { state: 'unreadable' };
      return { state: 'failed', ...(!part.fits && { word: 'Too large for our printer' }) };
    default:
      return { state: part.state };
  }
}

/** A machine is at it, and its price is yet to come. */
export function isWorking(part: Pick<Part, 'state'>): boolean {
  return ['inspecting', 'queued', 'slicing'].includes(part.state);
}

/** The shop refused its file for good: it counts for nothing, and nothing is ordered before it is taken out. */
export function isNotAccepted(part: Pick<Part, 'state'>): boolean {
  return part.state === 'not_accepted';
}

/** Parts that only a person can price, by their names. */
export function unpricedNames(parts: Part[]): string[] {
  return parts
    .filter((part) => !part.price && !isWorking(part) && part.state !== 'needs_units' && !isNotAccepted(part))
    .map(({ name }) => name);
}

/** What keeps a cart from being paid at once, and what can be done about it besides asking for a review. */
export function holdWords(cart: Cart): string {
  const held = cart.parts.filter((part) => part.review_reasons.length > 0);
  const free = cart.parts.length - held.length;
  // A limit of the shop is about the whole order; the parts' own reasons stand in the list.
  if (held.length === 0) return `${cart.review_reasons[0] ?? 'We review this order first.'} You pay nothing yet.`;
  const names = held.slice(0, 2).map(({ name }) => name);
  const others = held.length - names.length;
  const because = others > 0 ? `${names.join(', ')} and ${others} more` : names.join(' and ');
  const way = held.length === 1 ? 'it' : 'them';
  const rest = free > 0 ? ` Or remove ${way} to pay for the rest now.` : '';
  const leaky = held.every((part) => part.state === 'sliced' && part.fits && part.inspection?.watertight === false);
  const anyway = leaky ? ` Or tick “Print it anyway” under its file, and pay now.` : '';
  return `We review this order first, because of ${because}. You pay nothing yet.${anyway}${rest}`;
}

/** No machine made anything of its file: how it is printed is a person's to say, unless the customer does. */
export function isForReview(part: Part): boolean {
  return part.kind === 'review_file' || (part.state === 'failed' && !part.inspection);
}

/** Parts that ask something of their customer stand first: nothing goes on before it is done. */
export function questionsFirst(parts: Part[]): Part[] {
  const asks = (part: Part): number => (part.state === 'needs_units' || isNotAccepted(part) ? 0 : 1);
  return [...parts].sort((a, b) => asks(a) - asks(b));
}

/** What a person has to know of a part before anything else; nothing when all is well. Staff hear of it as who set its price. */
export function partProblem(part: Part, staff = false): string {
  if (isNotAccepted(part)) return ''; // its badge says it, and what to do stands with the price
  if (staff && part.kind === 'review_file') return 'It has no price of its own.';
  if (part.kind === 'review_file') return ''; // its badge says it, and what that means stands once, with the price
  if (part.message) return part.message;
  if (!part.fits && part.fit_message) return part.fit_message;
  const gravest = part.inspection?.findings.find((finding) => finding.severity === 'problem');
  return gravest?.message ?? '';
}

/** What a screen reader hears, and the progress bar says, while a part is worked on. */
export function progressMessage(part: Pick<Part, 'state' | 'queue_position' | 'progress'>): string {
  switch (part.state) {
    case 'inspecting':
      return 'Reading the model';
    case 'queued':
      if (part.queue_position === undefined) return 'Waiting to be sliced';
      return part.queue_position <= 1 ? 'Next to be sliced' : `Number ${part.queue_position} in the queue`;
    case 'slicing':
      return `Slicing, ${Math.round((part.progress ?? 0) * 100)} %`;
    default:
      return '';
  }
}

/** Files that are not in the cart yet: an order made now would leave them out. */
export interface OnTheWay {
  sending: number;
  paused: number;
}

/** Whether the cart can go to checkout now, and if not, why. */
export function checkoutGate(
  cart: Cart,
  files: OnTheWay,
  undecided = false,
  unclear = false,
): { ready: boolean; message: string } {
  if (unclear) return { ready: false, message: 'How many copies? Enter a whole number first.' };
  if (undecided) return { ready: false, message: 'Two tabs chose differently: decide between them first.' };
  if (files.paused > 0) {
    return {
      ready: false,
      message: `${plural(files.paused, 'upload is', 'uploads are')} paused: resume or cancel first.`,
    };
  }
  if (files.sending > 0) {
    const message =
      files.sending === 1
        ? 'A file is still on its way; the order waits for it.'
        : `${files.sending} files are still on their way; the order waits for them.`;
    return { ready: false, message };
  }
  if (cart.parts.length === 0) return { ready: false, message: 'Add a part first.' };
  const refused = cart.parts.filter(isNotAccepted).length;
  if (refused > 0)
    return {
      ready: false,
      message: `First remove the ${refused === 1 ? 'part' : `${refused} parts`} that we don’t print.`,
    };
  const asking = cart.parts.filter((part) => part.state === 'needs_units').length;
  if (asking > 0) return { ready: false, message: 'One question first: how wide is it?' };
  const working = cart.parts.filter(isWorking).length;
  if (working > 0) return { ready: false, message: 'The exact price comes when slicing is done.' };
  return { ready: true, message: '' };
}

/** How an order can be paid, as the home page says it; a shop without a way answers with one. */
export function payWords(methods: PaymentMethod[]): string {
  const words: Record<PaymentMethod, string> = {
    card: 'by card',
    transfer: 'by bank transfer',
    pickup: 'when you collect it',
  };
  const ways = (['card', 'transfer', 'pickup'] as const)
    .filter((way) => methods.includes(way))
    .map((way) => words[way]);
  if (ways.length === 0) return 'You see how to pay on your order’s page.';
  const last = ways.pop()!;
  return `Pay ${ways.length > 0 ? `${ways.join(', ')} or ` : ''}${last}.`;
}

/** A part's choices in a line: "PLA · 12 copies". */
export function choicesMessage(choices: Choices, shop: Pick<Shop, 'materials'>, colour = ''): string {
  const material = shop.materials.find((m) => m.id === choices.material_id);
  return [colour || material?.name, plural(choices.copies, 'copy', 'copies')].filter(Boolean).join(' · ');
}

/** The colour a part is printed in, #rrggbb; a neutral grey while the shop has none for it. */
export function colourOf(choices: Choices, shop: Pick<Shop, 'materials'>): string {
  const material = shop.materials.find((m) => m.id === choices.material_id);
  return material?.colours.find((c) => c.id === choices.colour_id)?.hex ?? '#9aa39a';
}

/** What slicing measured: layers, hours and, where the shop shows it, grams. */
export function slicedMessage(result: NonNullable<Part['result']>): string {
  const weight = result.grams === undefined ? '' : `, ${grams(result.grams + (result.support_grams ?? 0))} of material`;
  const supports = result.supports_used ? 'with supports' : 'without supports';
  return `Sliced: ${plural(result.layers, 'layer')}, ${duration(result.seconds)} of printing${weight}, ${supports}.`;
}

/** How much of a part hangs in the air, and what the supports of all its copies weigh and cost, as far as that is known. */
export function overhangWords({
  inspection,
  result,
  price,
}: Pick<Part, 'inspection' | 'result' | 'price'>): { some: boolean; overhang: string; supports: string } | undefined {
  if (!inspection) return undefined;
  const some = Math.round(inspection.overhang_mm2) > 0;
  const overhang = some ? `Overhang ${area(inspection.overhang_mm2)}` : 'No overhang';
  if (result && !result.supports_used) return { some, overhang, supports: 'no supports' };
  const weight = result?.support_grams && grams(result.support_grams);
  const cost = price?.rows.find((row) => row.kind === 'supports')?.amount;
  const facts = [weight, cost && `${price?.estimated ? 'about ' : ''}${money(cost)}`].filter(Boolean).join(', ');
  return { some, overhang, supports: facts && `supports ${facts}` };
}
