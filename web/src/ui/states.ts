import Alarm from '@lucide/svelte/icons/alarm-clock';
import Archive from '@lucide/svelte/icons/archive';
import Ban from '@lucide/svelte/icons/ban';
import CalendarX from '@lucide/svelte/icons/calendar-x';
import Check from '@lucide/svelte/icons/check';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleDotDashed from '@lucide/svelte/icons/circle-dot-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import Clock from '@lucide/svelte/icons/clock';
import Converted from '@lucide/svelte/icons/arrow-right-left';
import Eraser from '@lucide/svelte/icons/eraser';
import Eye from '@lucide/svelte/icons/eye';
import FileX from '@lucide/svelte/icons/file-x';
import Hand from '@lucide/svelte/icons/hand';
import Inbox from '@lucide/svelte/icons/inbox';
import Info from '@lucide/svelte/icons/info';
import Landmark from '@lucide/svelte/icons/landmark';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import Package from '@lucide/svelte/icons/package';
import PackageCheck from '@lucide/svelte/icons/package-check';
import Pause from '@lucide/svelte/icons/pause';
import PencilLine from '@lucide/svelte/icons/pencil-line';
import PlugZap from '@lucide/svelte/icons/plug-zap';
import Printer from '@lucide/svelte/icons/printer';
import Ruler from '@lucide/svelte/icons/ruler';
import Send from '@lucide/svelte/icons/send';
import ShieldX from '@lucide/svelte/icons/shield-x';
import ThumbsDown from '@lucide/svelte/icons/thumbs-down';
import ThumbsUp from '@lucide/svelte/icons/thumbs-up';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import Truck from '@lucide/svelte/icons/truck';
import Undo from '@lucide/svelte/icons/undo-2';
import Wallet from '@lucide/svelte/icons/wallet';
import Wrench from '@lucide/svelte/icons/wrench';
import type { Schemas } from '../api/types';
import type { Tone } from './tone';

export type Icon = typeof Check;

/** How a state looks and what it is called. */
export interface State {
  word: string;
  tone: Tone;
  icon: Icon;
  /** It needs nobody: icon and word without a ground. */
  plain?: boolean;
  /** The icon turns: a machine is at it. */
  working?: boolean;
}

const quiet = (word: string, icon: Icon, tone: Tone = 'neutral'): State => ({ word, icon, tone, plain: true });
const inQueue: State = { word: 'In the queue', tone: 'neutral', icon: ListOrdered };
const printing: State = { word: 'Printing', tone: 'primary', icon: Printer };
const checkPlate: State = { word: 'Check the plate', tone: 'warning', icon: ClipboardCheck };
const draft: State = { word: 'Draft', tone: 'neutral', icon: PencilLine };
const onHold: State = { word: 'On hold', tone: 'neutral', icon: Hand };
const cancelled = quiet('Cancelled', Ban);
const shipped: State = { word: 'Shipped', tone: 'info', icon: Truck };
const ready: State = { word: 'Ready to collect', tone: 'success', icon: PackageCheck };
const toSend: State = { word: 'Ready to send', tone: 'success', icon: PackageCheck };
const late: State = { word: 'Late', tone: 'warning', icon: Alarm };

/** Rows for all that the server sends, and for what is derived from it. */
type Rows<Sent extends string> = Record<Sent, State> & Record<string, State>;

/** The states that the server sends: each has its row. */
interface Sent {
  order: Rows<Schemas['CustomerOrderView']['status']>;
  job: Rows<Schemas['Job']['state']>;
  invoice: Rows<Schemas['InvoiceView']['state']>;
  payment: Rows<Schemas['PaymentRowView']['state']>;
  user: Rows<Schemas['PersonView']['state']>;
  part: Rows<Schemas['PartView']['state']>;
  finding: Rows<Schemas['FindingView']['severity']>;
  task: Rows<Schemas['TaskView']['state']>;
  chore: Rows<Schemas['ChoreView']['state']>;
}

/**
 * Every state of the shop, by what has it: the one table of words, tones and icons. The keys are the server's; those
 * it derives from others (late, overdue, partly paid) stand beside them.
 */
export const states = {
  order: {
    in_review: { word: 'In review', tone: 'warning', icon: Eye },
    awaiting_payment: { word: 'Waiting for payment', tone: 'warning', icon: Wallet },
    pay_on_collection: { word: 'Pay when you collect', tone: 'info', icon: Wallet },
    received: { word: 'Order received', tone: 'info', icon: Inbox },
    awaiting_release: { word: 'Waits for release', tone: 'warning', icon: Hand },
    stopped: { word: 'Stopped', tone: 'warning', icon: Ban },
    paid: inQueue,
    in_queue: inQueue,
    in_production: printing,
    check_plate: checkPlate,
    ready_to_collect: ready,
    ready_to_send: toSend,
    shipped,
    late,
    on_hold: onHold,
    payment_coming: { word: 'A payment is on its way', tone: 'info', icon: Clock },
    completed: quiet('Done', Check),
    cancelled,
    refused: quiet('Refused', ShieldX, 'error'),
  },
  job: {
    UNASSIGNED: { word: 'Unassigned', tone: 'neutral', icon: Inbox },
    QUEUED: { word: 'To prepare', tone: 'neutral', icon: Inbox },
    PRE_PROCESSING: { word: 'Preparing', tone: 'neutral', icon: Wrench },
    IN_QUEUE: inQueue,
    PRINTING: printing,
    PAUSED: { word: 'Paused', tone: 'info', icon: Pause },
    PRINTING_COMPLETE: { word: 'Printed', tone: 'primary', icon: ClipboardCheck },
    POST_PROCESSING: { word: 'Finishing', tone: 'primary', icon: Hand },
    PACKAGING: { word: 'Packing', tone: 'primary', icon: Package },
    READY_TO_COLLECT: ready,
    READY_TO_SEND: toSend,
    FAILED: { word: 'Failed', tone: 'error', icon: CircleX },
    LATE: late,
    ON_HOLD: onHold,
    GOOD: quiet('All good', Check, 'success'),
    COMPLETED: quiet('Done', Check),
    CANCELLED: cancelled,
    ARCHIVED: quiet('Archived', Archive),
  },
  priority: {
    FAST_TRACK: { word: 'Fast track', tone: 'warning', icon: CircleAlert },
    URGENT: { word: 'Urgent', tone: 'warning', icon: CircleAlert },
  },
  invoice: {
    DRAFT: draft,
    PENDING: { word: 'Not paid yet', tone: 'info', icon: Clock },
    PARTLY_PAID: { word: 'Partly paid', tone: 'info', icon: CircleDotDashed },
    OVERDUE: { word: 'Overdue', tone: 'error', icon: Alarm },
    PAID: quiet('Paid', Check, 'success'),
    VOID: quiet('Void', Ban),
    WRITTEN_OFF: quiet('Written off', Eraser),
    REFUNDED: quiet('Refunded', Undo),
    DISPUTED: { word: 'Paid, and disputed', tone: 'warning', icon: Landmark },
    LOST: { word: 'Taken back by the bank', tone: 'error', icon: Landmark },
  },
  payment: {
    needs_review: { word: 'Does not count yet', tone: 'warning', icon: CircleAlert },
    duplicate: { word: 'Nothing was owed', tone: 'warning', icon: CircleAlert },
    settled: quiet('Counts', Check, 'success'),
    returned: quiet('Refunded', Undo),
    reversed: quiet('Reversed', Undo),
    taken: quiet('Taken back by the bank', Landmark),
    lost: { word: 'Taken back by the bank', tone: 'error', icon: Landmark },
  },
  quote: {
    DRAFT: draft,
    SENT: { word: 'Sent', tone: 'info', icon: Send },
    ACCEPTED: { word: 'Accepted', tone: 'success', icon: ThumbsUp },
    DECLINED: { word: 'Declined', tone: 'error', icon: ThumbsDown },
    EXPIRED: { word: 'Expired', tone: 'warning', icon: CalendarX },
    CONVERTED: quiet('Converted', Converted),
  },
  printer: {
    FREE: { word: 'Free', tone: 'success', icon: CircleDashed },
    PRINTING: printing,
    CHECK_PLATE: checkPlate,
    ACTIVE: quiet('In use', Check, 'success'),
    MAINTENANCE: { word: 'Maintenance', tone: 'warning', icon: Wrench },
    OFFLINE: { word: 'Offline', tone: 'error', icon: PlugZap },
  },
  machine: {
    IN_USE: quiet('Takes new parts', Check, 'success'),
    OFF: { word: 'Switched off', tone: 'neutral', icon: Ban },
    BROKEN: { word: 'Cannot be sliced for', tone: 'error', icon: CircleX },
  },
  user: {
    ACTIVE: quiet('Active', Check, 'success'),
    INVITED: { word: 'Invited', tone: 'info', icon: Send },
    INVITATION_EXPIRED: { word: 'Invitation expired', tone: 'warning', icon: CalendarX },
    DISABLED: { word: 'Disabled', tone: 'neutral', icon: Ban },
  },
  part: {
    inspecting: { word: 'Reading the file', tone: 'info', icon: LoaderCircle, working: true },
    queued: { word: 'In the queue', tone: 'info', icon: ListOrdered },
    slicing: { word: 'Slicing', tone: 'info', icon: LoaderCircle, working: true },
    needs_units: { word: 'How wide is it?', tone: 'warning', icon: Ruler },
    review: { word: 'Needs review', tone: 'warning', icon: Eye },
    unreadable: { word: 'Cannot be read', tone: 'error', icon: FileX },
    failed: { word: 'Could not be sliced', tone: 'error', icon: CircleX },
    not_accepted: { word: 'Not accepted', tone: 'error', icon: Ban },
    ready: quiet('Ready to send', Check, 'success'),
    sliced: quiet('Priced', Check, 'success'),
  },
  finding: {
    problem: { word: 'Problem', tone: 'error', icon: CircleX },
    warning: { word: 'Warning', tone: 'warning', icon: TriangleAlert },
    info: { word: 'Note', tone: 'info', icon: Info },
  },
  task: {
    ready: { word: 'Waiting', tone: 'neutral', icon: Clock },
    running: { word: 'Running', tone: 'primary', icon: LoaderCircle, working: true },
    dead: { word: 'Failed', tone: 'error', icon: CircleX },
    done: quiet('Done', Check),
  },
  chore: {
    never: quiet('Not yet', CircleDashed),
    waiting: { word: 'Waiting', tone: 'neutral', icon: Clock },
    held: { word: 'Waits for the clock', tone: 'warning', icon: CircleAlert },
    running: { word: 'Running', tone: 'primary', icon: LoaderCircle, working: true },
    done: quiet('Done', Check),
    failed: { word: 'Failed', tone: 'error', icon: CircleX },
  },
} satisfies Sent & Record<string, Record<string, State>>;

export type StateOwner = keyof typeof states;

/** How a state is shown; one that only a newer server knows is shown by its own name. */
export function stateOf(owner: StateOwner, key: string): State {
  const known = (states[owner] as Record<string, State>)[key];
  return known ?? { word: sentenceCase(key), tone: 'neutral', icon: CircleDashed };
}

/** "READY_TO_COLLECT" as "Ready to collect". */
export function sentenceCase(text: string): string {
  const words = text.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
