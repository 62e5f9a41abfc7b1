import {
  AmbientLight,
  Box3,
  DirectionalLight,
  HemisphereLight,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';

import type { Bed } from '../api/types';
import { DrawnBed } from './drawnBed';

export type View = 'iso' | 'top' | 'front' | 'side';

/** The camera's least height over the bed's plane, in radians: from below, the bed would hide what stands on it. */
const lowest = 0.035;

const directions: Record<View, Vector3> = {
  iso: new Vector3(-0.62, -1, 0.72),
  top: new Vector3(0, -0.0001, 1),
  front: new Vector3(0, -1, 0.0001),
  side: new Vector3(1, 0, 0.0001),
};

/**
 * A bed, and a camera that goes round whatever stands on it. Draws only when something changed; `dispose` gives everything back to
 * the card.
 */
export abstract class BedScene {
  protected readonly renderer: WebGLRenderer;
  protected readonly scene = new Scene();
  protected readonly camera = new PerspectiveCamera(32, 1, 0.1, 10_000);
  protected readonly controls: OrbitControls;
  /** Round what stands on the bed; empty while nothing does. */
  protected readonly box = new Box3();
  private readonly drawnBed: DrawnBed;
  private frame = 0;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)').matches;

  /** Throws when the browser has no WebGL. */
  protected constructor(
    protected readonly canvas: HTMLCanvasElement,
    private readonly bed: Bed,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
    this.camera.up.set(0, 0, 1);
    this.drawnBed = new DrawnBed(bed);

    this.scene.add(new AmbientLight(0xffffff, 0.45), new HemisphereLight(0xffffff, 0x8a8f86, 1.35));
    const key = new DirectionalLight(0xffffff, 1.7);
    key.position.set(-1, -1.4, 2);
    const fill = new DirectionalLight(0xffffff, 0.5);
    fill.position.set(1.5, 0.6, 0.8);
    this.scene.add(key, fill);

    this.scene.add(this.drawnBed.lines);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = !this.still;
    this.controls.dampingFactor = 0.14;
    this.controls.maxPolarAngle = Math.PI / 2 - lowest;
    this.controls.addEventListener('change', () => this.draw());
    this.show('iso');
  }

  setDark(dark: boolean): void {
    this.drawnBed.setDark(dark);
    this.draw();
  }

  /** Turns the camera to a named side and fits the part. */
  show(view: View): void {
    this.frameFrom(directions[view]);
  }

  /** Fits the part, seen from a direction. */
  protected frameFrom(direction: Vector3): void {
    const target = new Vector3();
    let radius = Math.hypot(this.bed.width, this.bed.depth) / 2;
    if (!this.box.isEmpty()) {
      this.box.getCenter(target);
      radius = (this.box.getSize(new Vector3()).length() / 2 || 6) * 1.16;
    }
    const fov = (this.camera.fov * Math.PI) / 360;
    const narrow = Math.min(1, this.camera.aspect);
    const distance = radius / Math.sin(Math.atan(Math.tan(fov) * narrow));
    this.camera.position.copy(target).addScaledVector(direction.clone().normalize(), distance);
    this.camera.near = distance / 200;
    this.camera.far = distance * 20 + 2000;
    this.camera.updateProjectionMatrix();
    this.controls.target.copy(target);
    this.controls.minDistance = radius * 0.3;
    this.controls.maxDistance = Math.max(radius * 8, 1200);
    this.controls.update();
    this.draw();
  }

  /** Turns the camera around the part, in radians; for the keyboard. */
  turn(around: number, up: number): void {
    const offset = this.camera.position.clone().sub(this.controls.target);
    const distance = offset.length();
    const azimuth = Math.atan2(offset.y, offset.x) + around;
    const elevation = Math.min(1.55, Math.max(lowest, Math.asin(offset.z / distance) + up));
    const flat = Math.cos(elevation) * distance;
    this.camera.position
      .set(Math.cos(azimuth) * flat, Math.sin(azimuth) * flat, Math.sin(elevation) * distance)
      .add(this.controls.target);
    this.controls.update();
    this.draw();
  }

  zoom(factor: number): void {
    const offset = this.camera.position.clone().sub(this.controls.target);
    const distance = Math.min(this.controls.maxDistance, Math.max(this.controls.minDistance, offset.length() * factor));
    this.camera.position.copy(this.controls.target).add(offset.setLength(distance));
    this.controls.update();
    this.draw();
  }

  setWheelZoom(on: boolean): void {
    this.controls.enableZoom = on;
  }

  resize(width: number, height: number): void {
    if (width === 0 || height === 0) return;
    this.renderer.setSize(width, height, false);
    const first = this.camera.aspect === 1;
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    if (first) this.show('iso');
    this.draw();
  }

  /** Draws now and hands the picture back, for a preview. */
  picture(): Promise<Blob | null> {
    this.render();
    return new Promise((resolve) => this.renderer.domElement.toBlob(resolve, 'image/png'));
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.controls.dispose();
    this.drawnBed.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss(); // browsers allow only a few contexts at a time
  }

  protected draw(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      // With damping the controls ask for further frames until the camera rests.
      this.controls.update();
      this.render();
    });
  }

  protected render(): void {
    this.renderer.render(this.scene, this.camera);
  }
}
