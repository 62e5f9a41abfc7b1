import { Box3, BufferGeometry, Float32BufferAttribute, LineBasicMaterial, LineSegments, Vector3 } from 'three';

import type { Bed, Pose, Vector } from '../api/types';
import { length } from '../lib/format';
import { BedScene } from './bedScene';
import { PartMaterial, PosedModel } from './model';
import { sizeEnds } from './sizes';
import { asDrawn } from './pose';

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

/** How far the middle of a label stands from its line, in pixels: half of what a label measures. */
const labelReach = { x: 34, y: 14 };

/** The direction from the part's middle. */
function apart(x: number, y: number): { x: number; y: number } {
  const far = Math.hypot(x, y) || 1;
  return { x: x / far, y: y / far };
}

/** A place of the middle of a label that leaves it within the picture. */
function within(place: number, reach: number, picture: number): number {
  return Math.min(Math.max(place, reach), Math.max(picture - reach, reach));
}

/** One model on its bed, with its sizes. */
export class ModelScene extends BedScene {
  private readonly material: PartMaterial;
  private readonly sizeMaterial = new LineBasicMaterial();
  private readonly options: SceneOptions;
  private pose = asDrawn;
  private angle: number | undefined;
  private model: PosedModel | undefined;
  private sizeLines: LineSegments | undefined;

  /** Throws when the browser has no WebGL. */
  constructor(options: SceneOptions) {
    super(options.canvas, options.bed);
    this.options = options;
    this.material = new PartMaterial(options.colour);
    this.setDark(options.dark);
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

  override setDark(dark: boolean): void {
    this.sizeMaterial.color.set(dark ? '#ecece6' : '#4b4f47');
    this.material.showOverhang(dark ? '#ff9a3c' : '#e8710a'); // the accent of styles/tokens.css
    super.setDark(dark);
  }

  override dispose(): void {
    this.removeModel();
    for (const material of [this.sizeMaterial, this.material]) material.dispose();
    super.dispose();
  }

  protected override render(): void {
    this.placeSizes();
    super.render();
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
    const geometry = new BufferGeometry().setAttribute('position', new Float32BufferAttribute(18, 3));
    this.sizeLines = new LineSegments(geometry, this.sizeMaterial);
    this.sizeLines.frustumCulled = false; // its ends move with the camera
    this.scene.add(this.sizeLines);
    this.placeSizes();
  }

  /** Along the sides that face the camera: there neither a line nor its label lies over the part. */
  private placeSizes(): void {
    if (!this.sizeLines) return;
    const ends = (this.sizeLines.geometry as BufferGeometry).getAttribute('position');
    sizeEnds(this.box, this.camera.position).forEach(([x, y, z], i) => ends.setXYZ(i, x, y, z));
    ends.needsUpdate = true;
  }

  private placeLabels(): void {
    const { onLabels, canvas } = this.options;
    if (!onLabels || this.box.isEmpty() || !this.sizeLines) return;
    const size = this.box.getSize(new Vector3());
    const ends = (this.sizeLines.geometry as BufferGeometry).getAttribute('position');
    const middleOfBox = this.box.getCenter(new Vector3()).project(this.camera);
    const texts = [size.x, size.y, size.z].map((mm) => `${length(mm)} mm`);
    onLabels(
      texts.map((text, i) => {
        const a = new Vector3().fromBufferAttribute(ends, i * 2);
        const b = new Vector3().fromBufferAttribute(ends, i * 2 + 1);
        const seen = a.clone().project(this.camera).distanceTo(b.clone().project(this.camera)) > 0.12;
        const middle = a.add(b).multiplyScalar(0.5).project(this.camera);
        const x = ((middle.x + 1) / 2) * canvas.clientWidth;
        const y = ((1 - middle.y) / 2) * canvas.clientHeight;
        const away = apart(
          x - ((middleOfBox.x + 1) / 2) * canvas.clientWidth,
          y - ((1 - middleOfBox.y) / 2) * canvas.clientHeight,
        );
        return {
          text,
          x: within(x + away.x * labelReach.x, labelReach.x, canvas.clientWidth),
          y: within(y + away.y * labelReach.y, labelReach.y, canvas.clientHeight),
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
