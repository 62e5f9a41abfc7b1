import { api, call } from '../../api/client';
import type { Bed, Machine, Machines, MachinePrinter, Schemas } from '../../api/types';
import type { FieldErrors } from '../../lib/form.svelte';
import { currencySign, length } from '../../lib/format';

export type PrinterStatus = MachinePrinter['status'];

/** A machine as it is typed. */
export interface MachineValues {
  definition: string;
  name: string;
  rate_per_hour: string;
  active: boolean;
  interchangeable: boolean;
  overrides: { key: string; value: string }[];
}

export function loadMachines(signal?: AbortSignal): Promise<Machines> {
  return call(api.GET('/api/machines', signal ? { signal } : {}));
}

/** "220 × 220 × 250 mm", "round, 200 mm wide and 300 mm high". */
export function bedWords(bed: Bed): string {
  if (bed.elliptic && bed.width === bed.depth)
    return `round, ${length(bed.width)} mm wide and ${length(bed.height)} mm high`;
  return `${[bed.width, bed.depth, bed.height].map(length).join(' × ')} mm${bed.elliptic ? ', oval' : ''}`;
}

/** A price for one unit, with the cents that people expect: "$3.00", "$0.085". */
export function rateWords(rate: string): string {
  const [, decimals = ''] = rate.split('.');
  return `${currencySign()}${decimals.length < 2 ? Number(rate).toFixed(2) : rate}`;
}

/** A machine's state, as StateBadge knows it. */
export function machineState({ active, broken }: Pick<Machine, 'active' | 'broken'>): string {
  if (broken) return 'BROKEN';
  return active ? 'IN_USE' : 'OFF';
}

/** What a printer may be said to be. */
export const printerStates: { value: PrinterStatus; label: string }[] = [
  { value: 'ACTIVE', label: 'In use' },
  { value: 'MAINTENANCE', label: 'Maintenance' },
  { value: 'OFFLINE', label: 'Offline' },
];

/** The fields of a machine that is stored; of none, those of a new one. */
export function valuesOf(machine?: Machine): MachineValues {
  return {
    definition: machine?.definition ?? '',
    name: machine?.name ?? '',
    rate_per_hour: machine?.rate_per_hour ?? '',
    active: machine?.active ?? true,
    interchangeable: machine?.interchangeable ?? false,
    overrides: machine?.overrides.map(({ key, value }) => ({ key, value })) ?? [],
  };
}

/** What is sent of them: settings that were added and left empty are none. */
export function machineOf(values: MachineValues): Omit<Schemas['ChangeMachineRequest'], 'version' | '$schema'> {
  const rate = values.rate_per_hour.trim();
  return {
    name: values.name.trim(),
    active: values.active,
    interchangeable: values.interchangeable,
    overrides: values.overrides,
    ...(rate ? { rate_per_hour: rate } : {}),
  };
}

export function checkMachine(values: MachineValues): FieldErrors {
  const errors: FieldErrors = {
    definition: values.definition ? '' : 'Choose the machine from the list.',
    name: values.name.trim() ? '' : 'Give the machine a name.',
  };
  if (values.rate_per_hour.trim() && !/^\d{1,6}(\.\d{1,9})?$/.test(values.rate_per_hour.trim())) {
    errors['rate_per_hour'] = 'Enter a price like 3.50, or leave it empty.';
  }
  values.overrides.forEach(({ key }, i) => {
    if (!key.trim()) errors[`overrides.${i}.key`] = 'Write which setting this is, or take it out.';
  });
  return errors;
}
