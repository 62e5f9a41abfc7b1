/** A mesh that was made here, and what the server is told of it. */
export interface Mesh {
  stl: Blob;
  metadata: Record<string, string>;
}

const unread = 'This file could not be read in your browser. We look at it ourselves.';

/** The meshes of STEP files, made here one after the other: each takes memory, and the processor. */
export class Meshes {
  private readonly made = new Map<string, Mesh>();
  private readonly wanted = new Map<string, AbortController>();
  private last: Promise<unknown> = Promise.resolve();

  /** Makes the mesh of a file, and keeps it under its key. What to say where there is none; "" where there is nothing to say. */
  make(key: string, file: File, mostBytes: number): Promise<string> {
    const stop = new AbortController();
    this.wanted.set(key, stop);
    const made = this.last.then(() => (stop.signal.aborted ? '' : this.read(key, file, mostBytes, stop.signal)));
    this.last = made;
    return made;
  }

  of(key: string): Mesh | undefined {
    return this.made.get(key);
  }

  /** Forgets a mesh, or ends the making of it. */
  drop(key: string): void {
    this.wanted.get(key)?.abort();
    this.wanted.delete(key);
    this.made.delete(key);
  }

  private async read(key: string, file: File, mostBytes: number, signal: AbortSignal): Promise<string> {
    try {
      const { convert, unreadMessage } = await import('../step/convert');
      const found = await convert(file, signal);
      if (signal.aborted) return '';
      if ('why' in found) return unreadMessage(found.why);
      if (found.stl.byteLength > mostBytes) return unreadMessage('triangles');
      const { stl, linear, angle, unit } = found;
      const metadata = { linear_mm: `${linear}`, angle_rad: `${angle}`, ...(unit && { unit }) };
      this.made.set(key, { stl: new Blob([stl]), metadata });
      return '';
    } catch {
      return unread; // what reads it could not be loaded
    }
  }
}
