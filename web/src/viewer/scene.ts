import {
  AmbientLight,
  Box3,
  BufferGeometry,
  Color,
  DirectionalLight,
  Float32BufferAttribute,
  HemisphereLight,
  LineBasicMaterial,
  LineLoop,
  LineSegments,
  Mesh,
  MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { STLLoader } from 'three/addons/loaders/STLLoader.js';

import type { Bed } from '../api/types';
import { length } from '../lib/format';
import { bedLines } from './bed';

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
  private readonly material: MeshStandardMaterial;
  private readonly bedMaterials: LineBasicMaterial[] = [];
  private readonly sizeMaterial = new LineBasicMaterial();
  private readonly box = new Box3();
  private readonly options: SceneOptions;
  private model: Mesh | undefined;
  private sizeLines: LineSegments | undefined;
  private frame = 0;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)').matches;

  /** Throws when the browser has no WebGL. */
  constructor(options: SceneOptions) {
    this.options = options;
    this.renderer = new WebGLRenderer({ canvas: options.canvas, antialias: true, alpha: true });
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
    this.camera.up.set(0, 0, 1);
    this.material = new MeshStandardMaterial({ color: shown(options.colour), roughness: 0.62, flatShading: true });

    this.scene.add(new AmbientLight(0xffffff, 0.45), new HemisphereLight(0xffffff, 0x8a8f86, 1.35));
    const key = new DirectionalLight(0xffffff, 1.7);
    key.position.set(-1, -1.4, 2);
    const fill = new DirectionalLight(0xffffff, 0.5);
    fill.position.set(1.5, 0.6, 0.8);
    this.scene.add(key, fill);

    this.addBed(options.bed);
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
    const geometry = new STLLoader().parse(buffer);
    // The file's own normals are often nonsense; flat shading derives them from the triangles.
    geometry.deleteAttribute('normal');
    geometry.computeBoundingBox();
    this.removeModel();
    this.model = new Mesh(geometry, this.material);
    this.scene.add(this.model);
    this.box.copy(geometry.boundingBox ?? new Box3());
    this.addSizes();
    this.show('iso');
  }

  setColour(hex: string): void {
    this.material.color.copy(shown(hex));
    this.draw();
  }

  setDark(dark: boolean): void {
    const shades = dark ? ['#d8dad2', '#959a90', '#7d8278'] : ['#6b7068', '#b9bcb3', '#dcded7'];
    for (const [i, material] of this.bedMaterials.entries()) material.color.set(shades[i]!);
    this.sizeMaterial.color.set(dark ? '#ecece6' : '#4b4f47');
    this.draw();
  }

  /** Turns the camera to a named side and fits the part. */
  show(view: View): void {
    const target = new Vector3();
    let radius = Math.hypot(this.options.bed.width, this.options.bed.depth) / 2;
    if (!this.box.isEmpty()) {
      this.box.getCenter(target);
      radius = Math.max(6, this.box.getSize(new Vector3()).length() / 2) * 1.16;
    }
    const fov = (this.camera.fov * Math.PI) / 360;
    const narrow = Math.min(1, this.camera.aspect);
    const distance = radius / Math.sin(Math.atan(Math.tan(fov) * narrow));
    this.camera.position.copy(target).addScaledVector(directions[view].clone().normalize(), distance);
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
    this.scene.traverse((object) => {
      if (object instanceof LineSegments || object instanceof LineLoop) (object.geometry as BufferGeometry).dispose();
    });
    for (const material of [...this.bedMaterials, this.sizeMaterial, this.material]) material.dispose();
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

  private addBed(bed: Bed): void {
    const lines = bedLines(bed);
    this.bedMaterials.push(new LineBasicMaterial(), new LineBasicMaterial(), new LineBasicMaterial());
    const [edge, bold, fine] = this.bedMaterials as [LineBasicMaterial, LineBasicMaterial, LineBasicMaterial];
    this.scene.add(
      new LineLoop(flat(lines.outline), edge),
      new LineSegments(flat(lines.bold), bold),
      new LineSegments(flat(lines.fine), fine),
      new LineSegments(originMark(lines.origin, Math.min(bed.width, bed.depth) * 0.05), edge),
    );
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
    this.model?.geometry.dispose();
    this.model?.removeFromParent();
    this.model = undefined;
    (this.sizeLines?.geometry as BufferGeometry | undefined)?.dispose();
    this.sizeLines?.removeFromParent();
    this.sizeLines = undefined;
  }
}

/** A material's colour, with black and near-black lifted: without light on its sides a black part has no shape. */
function shown(hex: string): Color {
  const colour = new Color(hex);
  const { l } = colour.getHSL({ h: 0, s: 0, l: 0 });
  return l < 0.2 ? colour.lerp(new Color('#ffffff'), (0.2 - l) * 0.45) : colour;
}

function flat(points: [number, number][]): BufferGeometry {
  const coordinates = points.flatMap(([x, y]) => [x, y, -0.01]);
  return new BufferGeometry().setAttribute('position', new Float32BufferAttribute(coordinates, 3));
}

/** Two short strokes where the machine counts from. */
function originMark([x, y]: [number, number], reach: number): BufferGeometry {
  return flat([
    [x - reach, y],
    [x + reach, y],
    [x, y - reach],
    [x, y + reach],
  ]);
}
