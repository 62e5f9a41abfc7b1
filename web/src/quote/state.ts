import type { Cart, Choices, Part, PartState } from '../api/types';
import type { Tone } from '../ui/tone';

/** Answers and events may overtake each other; only what is as new as what we have counts. */
export function newer(next: Cart, have: Cart): boolean {
  return next.version >= have.version || next.version === 0;
}

/** A part with the choices that the server has not confirmed yet. */
export function mergeChoices(part: Part, pending: Record<string, Partial<Choices>>): Part {
  const change = pending[part.id];
  if (!change) return part;
  return { ...part, choices: { ...part.choices, ...change } };
}

/** Parts that get the same change travel in one request. */
export function groupChanges(
  pending: Record<string, Partial<Choices>>,
): { ids: string[]; choices: Partial<Choices> }[] {
  const groups = new Map<string, { ids: string[]; choices: Partial<Choices> }>();
  for (const [id, choices] of Object.entries(pending)) {
    const key = JSON.stringify(Object.entries(choices).sort());
    const group = groups.get(key);
    if (group) group.ids.push(id);
    else groups.set(key, { ids: [id], choices });
  }
  return [...groups.values()];
}

/** The coloured word on a part's card. */
export function partWord(part: Pick<Part, 'state' | 'queue_position' | 'progress'>): { word: string; tone: Tone } {
  const words: Record<PartState, { word: string; tone: Tone }> = {
    inspecting: { word: 'Inspecting', tone: 'info' },
    needs_units: { word: 'Question for you', tone: 'warning' },
    queued: { word: 'In the queue', tone: 'info' },
    slicing: { word: 'Slicing', tone: 'info' },
    sliced: { word: 'Priced', tone: 'success' },
    failed: { word: 'Could not be sliced', tone: 'error' },
    review: { word: 'A person will look', tone: 'warning' },
  };
  return words[part.state];
}

/** What a screen reader hears, and the progress bar says, while a part is worked on. */
export function progressSentence(part: Pick<Part, 'state' | 'queue_position' | 'progress'>): string {
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

/** Whether the cart can go to checkout now, and if not, why. */
export function checkoutGate(cart: Cart): { ready: boolean; sentence: string } {
  if (cart.parts.length === 0) return { ready: false, sentence: 'Add a part first.' };
  const asking = cart.parts.filter((part) => part.state === 'needs_units').length;
  if (asking > 0) return { ready: false, sentence: 'One question first: which size is right?' };
  const working = cart.parts.filter((part) => ['inspecting', 'queued', 'slicing'].includes(part.state)).length;
  if (working > 0) return { ready: false, sentence: 'The exact price comes when slicing is done.' };
  return { ready: true, sentence: '' };
}
