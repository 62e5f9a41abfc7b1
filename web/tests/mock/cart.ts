import type { Cart, Choices, Part, PartPrice, Price, PriceRow, Ready } from '../../src/api/types';
import { defaults } from './facts';
import { place } from './models';

export const ready: Ready = { date: '2026-11-30', sentence: 'Ready by Mon 30 Nov' };

/** One cart in memory, whose parts are "sliced" by a clock. */
export class MockCart {
  parts: Part[] = [];
  meshes = new Map<string, Buffer>();
  order: Cart['order'];
  version = 1;
  private listeners = new Set<() => void>();
  private ids = 0;

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  add(name: string, file: Buffer): void {
    const id = `part-${++this.ids}`;
    const model = place(file);
    const isModel = /\.(stl|obj|3mf)$/i.test(name) && model !== undefined;
    if (model) this.meshes.set(id, model.stl);
    const tiny = isModel && Math.max(...model.size) < 10;
    this.parts.push({
      id,
      name,
      bytes: file.length,
      kind: isModel ? 'model' : 'review_file',
      state: isModel ? 'inspecting' : 'review',
      choices: { ...defaults },
      unit_answered: false,
      fits: true,
      review_reasons: isModel ? [] : [`${name} needs a person to look at it.`],
    });
    this.changed();
    if (isModel) setTimeout(() => this.inspected(id, model, tiny), 900);
  }

  choose(ids: string[], change: Partial<Choices>): void {
    for (const part of this.parts.filter((p) => ids.includes(p.id))) {
      part.choices = { ...part.choices, ...change };
      if (change.unit) {
        part.unit_answered = true;
        if (part.state === 'needs_units') part.state = 'queued';
      }
      this.price(part, true);
      if (Object.keys(change).some((key) => key !== 'copies' && key !== 'colour_id')) this.slice(part.id);
      else this.price(part, part.state !== 'sliced');
    }
    this.changed();
  }

  remove(id: string): void {
    this.parts = this.parts.filter((part) => part.id !== id);
    this.changed();
  }

  slice(id: string): void {
    const part = this.find(id);
    if (!part || part.kind !== 'model' || part.state === 'needs_units') return;
    Object.assign(part, { state: 'queued', queue_position: 2, progress: undefined, result: undefined });
    this.price(part, true);
    this.changed();
    const steps = [0.1, 0.3, 0.55, 0.8, 1];
    const tick = (i: number): void => {
      if (!this.find(id)) return;
      if (i < steps.length) {
        Object.assign(part, { state: 'slicing', progress: steps[i], queue_position: undefined });
        setTimeout(() => tick(i + 1), 500);
      } else {
        Object.assign(part, {
          state: 'sliced',
          progress: undefined,
          result: {
            seconds: 5230,
            layers: 148,
            grams: 14.2,
            support_grams: 1.1,
            supports_used: true,
            engine: 'embedded 4.12',
          },
        });
        this.price(part, false);
      }
      this.changed();
    };
    setTimeout(() => tick(0), 900);
  }

  cart(): Cart {
    const busy = this.parts.some((part) => ['inspecting', 'queued', 'slicing'].includes(part.state));
    const reasons = this.parts.flatMap((part) => part.review_reasons);
    return {
      parts: this.parts,
      price: this.parts.some((part) => part.price) ? this.total() : undefined,
      ready: this.parts.length > 0 ? ready : undefined,
      can_pay: reasons.length === 0,
      busy,
      review_reasons: reasons,
      order: this.order,
      version: this.version,
    };
  }

  total(shipping?: number): Price {
    const priced = this.parts.filter((part) => part.price);
    const rows: PriceRow[] = priced.map((part) => ({ kind: 'part', label: part.name, amount: part.price!.total }));
    let total = rows.reduce((sum, row) => sum + row.amount, 0);
    if (total < 1500) {
      rows.push({ kind: 'minimum', label: 'Up to the least per order', amount: 1500 - total });
      total = 1500;
    }
    const subtotal = total;
    if (shipping !== undefined) {
      rows.push({ kind: 'shipping', label: 'Delivery, NSW', amount: shipping });
      total += shipping;
    }
    const tax = Math.round(total / 11);
    rows.push({ kind: 'tax', label: 'Includes GST', amount: tax, included: true });
    return {
      rows,
      parts: Object.fromEntries(priced.map((part) => [part.id, part.price!])),
      subtotal,
      shipping,
      tax,
      tax_label: 'Includes GST',
      total,
      estimated: priced.some((part) => part.price!.estimated),
      currency: 'AUD',
    };
  }

  changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }

  private find(id: string): Part | undefined {
    return this.parts.find((part) => part.id === id);
  }

  private inspected(id: string, model: NonNullable<ReturnType<typeof place>>, tiny: boolean): void {
    const part = this.find(id);
    if (!part) return;
    const leaky = part.name.includes('leaky');
    part.inspection = {
      size_mm: model.size,
      volume_mm3: model.volume,
      area_mm2: model.volume / 2,
      triangles: model.triangles,
      bodies: 1,
      watertight: !leaky,
      overhang_mm2: 12,
      findings: leaky
        ? [
            { code: 'holes', severity: 'problem', sentence: 'There are 2 holes in the surface.' },
            { code: 'overhang', severity: 'info', sentence: 'Parts of it overhang and need supports.' },
          ]
        : [],
    };
    part.mesh_url = `/api/quick-order/parts/${id}/mesh`;
    if (leaky) part.review_reasons = [`${part.name} has holes in its surface.`];
    if (tiny) {
      const long = Math.max(...model.size);
      part.state = 'needs_units';
      part.unit_question = {
        options: [
          { unit: 'mm', size_mm: model.size, longest_mm: long, sentence: `${long.toFixed(1)} mm long` },
          {
            unit: 'inch',
            size_mm: model.size.map((v) => v * 25.4),
            longest_mm: long * 25.4,
            sentence: `${(long * 25.4).toFixed(0)} mm long`,
          },
        ],
      };
      this.changed();
    } else this.slice(id);
  }

  private price(part: Part, estimated: boolean): void {
    const { copies, infill, material_id } = part.choices;
    const gram = { pla: 8, petg: 9, abs: 10, tpu: 16 }[material_id] ?? 8;
    const grams = 8 + infill * 0.3;
    const rows: PriceRow[] = [
      {
        kind: 'material',
        label: 'Material',
        amount: Math.round(copies * grams * gram),
        detail: `${copies} × ${grams.toFixed(1)} g × 0.${String(gram).padStart(2, '0')}`,
      },
      { kind: 'supports', label: 'Supports', amount: Math.round(copies * 1.1 * gram), detail: `${copies} × 1.1 g` },
      { kind: 'machine', label: 'Machine', amount: copies * 436, detail: `${copies} × 1.45 h × 3.00` },
      { kind: 'plates', label: 'Plate start', amount: 200 },
      { kind: 'setup', label: 'Set-up', amount: 800 },
    ];
    const total = rows.reduce((sum, row) => sum + row.amount, 0);
    part.price = { rows, total, unit_each: Math.round(total / copies), estimated } satisfies PartPrice;
  }
}
