import {
  AmbientLight,
  Box3,
  BufferGeometry,
  DirectionalLight,
  Float32BufferAttribute,
  HemisphereLight,
  LineBasicMaterial,
  LineSegments,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';

import type { Bed, Pose, Vector } from '../api/types';
import { length } from '../lib/format';
import { DrawnBed } from './drawnBed';
import { PartMaterial, PosedModel } from './model';
import { asDrawn } from './pose';

export type View = 'iso' | 'top' | 'front' | 'side';

/** Where a size is written, in pixels of the canvas; hidden when it is behind the camera. */
export interface SizeLabel {
  text: string;
  x: number;
  y: number;
  visible: boolean;
}

export interface SceneOptions {
  canvas: HTMLCanvasElement;
  bed: Bed;
  /** #rrggbb of the material. */
  colour: string;
  dark: boolean;
  onLabels?: (labels: SizeLabel[]) => void;
}

const directions: Record<View, Vector3> = {
  iso: new Vector3(-0.62, -1, 0.72),
  top: new Vector3(0, -0.0001, 1),
  front: new Vector3(0, -1, 0.0001),
  side: new Vector3(1, 0, 0.0001),
};

/** One model on its bed. Draws only when something changed; `dispose` gives everything back to the card. */
export class ModelScene {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(32, 1, 0.1, 10_000);
  private readonly controls: OrbitControls;
  private readonly material: PartMaterial;
  private readonly bed: DrawnBed;
  private readonly sizeMaterial = new LineBasicMaterial();
  private readonly box = new Box3();
  private readonly options: SceneOptions;
  private pose = asDrawn;
  private angle: number | undefined;
  private model: PosedModel | undefined;
  private sizeLines: LineSegments | undefined;
  private frame = 0;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)').matches;

  /** Throws when the browser has no WebGL. */
  constructor(options: SceneOptions) {
    this.options = options;
    this.renderer = new WebGLRenderer({ canvas: options.canvas, antialias: true, alpha: true });
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
    this.camera.up.set(0, 0, 1);
    this.material = new PartMaterial(options.colour);
    this.bed = new DrawnBed(options.bed);

    this.scene.add(new AmbientLight(0xffffff, 0.45), new HemisphereLight(0xffffff, 0x8a8f86, 1.35));
    const key = new DirectionalLight(0xffffff, 1.7);
    key.position.set(-1, -1.4, 2);
    const fill = new DirectionalLight(0xffffff, 0.5);
    fill.position.set(1.5, 0.6, 0.8);
    this.scene.add(key, fill);

    this.scene.add(this.bed.lines);
    this.setDark(options.dark);
    this.controls = new OrbitControls(this.camera, options.canvas);
    this.controls.enableDamping = !this.still;
    this.controls.dampingFactor = 0.14;
    this.controls.maxPolarAngle = Math.PI * 0.95;
    this.controls.addEventListener('change', () => this.draw());
    this.show('iso');
  }

  /** Fetches a binary STL and stands it on the bed. */
  async load(url: string, signal: AbortSignal): Promise<void> {
    const response = await fetch(url, { signal, credentials: 'same-origin' });
    if (!response.ok) throw new Error(`mesh: HTTP ${response.status}`);
    const buffer = await response.arrayBuffer();
    if (signal.aborted) return;
    this.removeModel();
    this.model = new PosedModel(buffer, this.material);
    this.scene.add(this.model.mesh);
    this.stand();
    this.show('iso');
  }

  /**
   * How the part lies, from how its file has it, and from which angle on, in degrees from vertical, overhangs are
   * coloured. The camera stays where it looks from, and goes as far away as the part needs.
   */
  lay(pose: Pose, angle: number | undefined): void {
    this.pose = pose;
    this.angle = angle;
    if (!this.model) return;
    this.stand();
    this.frameFrom(this.camera.position.clone().sub(this.controls.target));
  }

  /** Where the flat face looks that is seen at a place of the canvas, in its pixels; none beside the part. */
  faceAt(x: number, y: number): Vector | undefined {
    const { clientWidth: width, clientHeight: height } = this.options.canvas;
    return this.model?.faceAt((x / width) * 2 - 1, 1 - (y / height) * 2, this.camera);
  }

  setColour(hex: string): void {
    this.material.show(hex);
    this.draw();
  }

  setDark(dark: boolean): void {
    this.bed.setDark(dark);
    this.sizeMaterial.color.set(dark ? '#ecece6' : '#4b4f47');
    this.material.showOverhang(dark ? '#ff9a3c' : '#e8710a'); // the accent of styles/tokens.css
    this.draw();
  }

  /** Turns the camera to a named side and fits the part. */
  show(view: View): void {
    this.frameFrom(directions[view]);
  }

  /** Fits the part, seen from a direction. */
  private frameFrom(direction: Vector3): void {
    const target = new Vector3();
    let radius = Math.hypot(this.options.bed.width, this.options.bed.depth) / 2;
    if (!this.box.isEmpty()) {
      this.box.getCenter(target);
      radius = Math.max(6, this.box.getSize(new Vector3()).length() / 2) * 1.16;
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
    const elevation = Math.min(1.55, Math.max(-1.3, Math.asin(offset.z / distance) + up));
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
    this.removeModel();
    this.bed.dispose();
    for (const material of [this.sizeMaterial, this.material]) material.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss(); // browsers allow only a few contexts at a time
  }

  private draw(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      // With damping the controls ask for further frames until the camera rests.
      this.controls.update();
      this.render();
    });
  }

  private render(): void {
    this.renderer.render(this.scene, this.camera);
    this.placeLabels();
  }

  /** Puts the part on the bed as it lies, with its sizes. */
  private stand(): void {
    this.model?.lay(this.pose, this.angle);
    this.box.copy(this.model?.box ?? new Box3());
    this.removeSizes();
    this.addSizes();
  }

  private addSizes(): void {
    const { min, max } = this.box;
    const gap = Math.max(1.5, this.box.getSize(new Vector3()).length() * 0.035);
    const points = [
      [min.x, min.y - gap, 0, max.x, min.y - gap, 0],
      [max.x + gap, min.y, 0, max.x + gap, max.y, 0],
      [max.x + gap, max.y, min.z, max.x + gap, max.y, max.z],
    ].flat();
    const geometry = new BufferGeometry().setAttribute('position', new Float32BufferAttribute(points, 3));
    this.sizeLines = new LineSegments(geometry, this.sizeMaterial);
    this.scene.add(this.sizeLines);
  }

  private placeLabels(): void {
    const { onLabels, canvas } = this.options;
    if (!onLabels || this.box.isEmpty() || !this.sizeLines) return;
    const size = this.box.getSize(new Vector3());
    const ends = (this.sizeLines.geometry as BufferGeometry).getAttribute('position');
    const texts = [size.x, size.y, size.z].map((mm) => `${length(mm)} mm`);
    onLabels(
      texts.map((text, i) => {
        const a = new Vector3().fromBufferAttribute(ends, i * 2);
        const b = new Vector3().fromBufferAttribute(ends, i * 2 + 1);
        const seen = a.clone().project(this.camera).distanceTo(b.clone().project(this.camera)) > 0.12;
        const middle = a.add(b).multiplyScalar(0.5).project(this.camera);
        return {
          text,
          x: ((middle.x + 1) / 2) * canvas.clientWidth,
          y: ((1 - middle.y) / 2) * canvas.clientHeight,
          visible: seen && middle.z < 1,
        };
      }),
    );
  }

  private removeModel(): void {
    this.model?.dispose();
    this.model = undefined;
    this.removeSizes();
  }

  private removeSizes(): void {
    (this.sizeLines?.geometry as BufferGeometry | undefined)?.dispose();
    this.sizeLines?.removeFromParent();
    this.sizeLines = undefined;
  }
}
