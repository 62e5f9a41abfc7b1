import { recall, remember } from './storage';

/** The chime for a new order: two short tones, made here, so that no sound file has to be shipped. */
let context: AudioContext | undefined;

export function muted(): boolean {
  return recall('muted') === 'yes';
}

export function setMuted(quiet: boolean): void {
  remember('muted', quiet ? 'yes' : 'no');
}

/** Browsers allow sound only after a gesture: call this from any click so that later chimes are heard. */
export function unlockSound(): void {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
  } catch {
    context = undefined; // no sound device: the list and its badge still tell
  }
}

export function chime(): void {
  if (muted() || !context || context.state !== 'running') return;
  tone(context, 660, 0);
  tone(context, 880, 0.16);
}

function tone(audio: AudioContext, frequency: number, delay: number): void {
  const start = audio.currentTime + delay;
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = frequency;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.2, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.4);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.42);
}
