import type { DeletedFile, Keeping } from '../../api/types';
import { date } from '../../lib/format';

/** What becomes of an order's files, in a sentence for the customer; nothing where there is nothing to say. */
export function keepingWords(keeping: Keeping): string {
  if (keeping.keep) return 'We keep these files until you say otherwise.';
  if (keeping.goes) return `We delete these files after ${date(keeping.goes)}, as our terms say.`;
  return '';
}

/** The same for staff, who also read why they stay. */
export function keepingForStaff(keeping: Keeping): string {
  if (keeping.keep) return 'Somebody asked to keep these files. They stay until that is undone.';
  if (keeping.goes) return `These files are deleted after ${date(keeping.goes)}, as the terms say.`;
  const stays = 'These files stay';
  if (keeping.stop === 'open_dispute') return `${stays} while a payment is disputed.`;
  if (keeping.stop === 'unpaid') return `${stays} while money is owed or has to be refunded.`;
  if (keeping.days === 0) return keeping.may_keep ? `${stays} until the customer asks for their deletion.` : '';
  if (keeping.stop === 'not_completed') return `${stays} for ${keeping.days} days once the order is done.`;
  return '';
}

/** What stands where a file was. */
export function deletedWords(file: DeletedFile): string {
  const when = `Deleted on ${date(file.deleted)}`;
  if (file.reason === 'taken_back') return `${when}, as the order went back into the cart`;
  return file.reason === 'retention' ? `${when}, as our terms say` : when;
}
