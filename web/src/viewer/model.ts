import {
  Box3,
  BufferAttribute,
  type BufferGeometry,
  Color,
  EdgesGeometry,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshStandardMaterial,
  type PerspectiveCamera,
  Raycaster,
  Vector2,
} from 'three';
import { STLLoader } from 'three/addons/loaders/STLLoader.js';

import type { Pose, Vector } from '../api/types';
import { asDrawn, boxOf, type Corners, faceNormal, overhangs, turned } from './pose';

/** Up to so many triangles the edges of a part are drawn: finding them takes a moment. */
const edgedUpTo = 60_000;
/** Where two faces meet in a sharper angle, in degrees, there is an edge. */
const edgeAngle = 28;

/** A part as it lies on the bed: the server's mesh, turned by its pose, standing in the middle. */
export class PosedModel {
  readonly mesh: Mesh<BufferGeometry, MeshStandardMaterial>;
  /** Round the part as it stands. */
  readonly box = new Box3();
  private readonly corners: Corners;
  private readonly edges: LineSegments | undefined;
  private pose = asDrawn;

  /** Reads a binary STL. */
  constructor(stl: ArrayBuffer, material: PartMaterial) {
    const geometry = new STLLoader().parse(stl);
    // The file's own normals are often nonsense; flat shading derives them from the triangles.
    geometry.deleteAttribute('normal');
    this.corners = geometry.getAttribute('position').array;
    this.mesh = new Mesh(geometry, material);
    if (this.corners.length / 9 <= edgedUpTo) {
      this.edges = new LineSegments(new EdgesGeometry(geometry, edgeAngle), material.edges);
      this.mesh.add(this.edges);
    }
  }

  /** Turns it, and colours what leans out more than an angle, in degrees from vertical; without one, nothing. */
  lay(pose: Pose, angle: number | undefined): void {
    this.pose = pose;
    const { low, high } = boxOf(this.corners, pose);
    const [width, depth, height] = high.map((n, k) => n - low[k]!) as [number, number, number];
    this.mesh.quaternion.set(pose.x, pose.y, pose.z, pose.w).normalize();
    this.mesh.position.set(-low[0]! - width / 2, -low[1]! - depth / 2, -low[2]!);
    this.mesh.updateMatrixWorld();
    this.box.min.set(-width / 2, -depth / 2, 0);
    this.box.max.set(width / 2, depth / 2, height);
    const shade =
      angle === undefined ? new Uint8Array(this.corners.length / 3) : overhangs(this.corners, pose, angle).shade;
    this.mesh.geometry.setAttribute('overhang', new BufferAttribute(shade, 1, true));
  }

  /** Where the flat face looks that is seen at a place of the picture (-1 to 1, right and up), as the part lies. */
  faceAt(right: number, up: number, camera: PerspectiveCamera): Vector | undefined {
    camera.updateMatrixWorld(); // it may have been turned since it was last drawn
    const ray = new Raycaster();
    ray.setFromCamera(new Vector2(right, up), camera);
    const triangle = ray.intersectObject(this.mesh, false)[0]?.faceIndex;
    return triangle == null ? undefined : turned(this.pose, faceNormal(this.corners, triangle));
  }

  dispose(): void {
    this.edges?.geometry.dispose();
    this.mesh.geometry.dispose();
    this.mesh.removeFromParent();
  }
}

/** The material of a part, #rrggbb, in which overhangs have a colour of their own. */
export class PartMaterial extends MeshStandardMaterial {
  private readonly overhang = { value: new Color() };
  /** Lighter than a dark part, darker than a light one. */
  readonly edges = new LineBasicMaterial();

  constructor(hex: string) {
    super({ roughness: 0.62, flatShading: true, polygonOffset: true, polygonOffsetFactor: 1, polygonOffsetUnits: 1 });
    this.show(hex);
    this.onBeforeCompile = (shader) => {
      shader.uniforms.overhangColour = this.overhang;
      shader.vertexShader = shader.vertexShader
        .replace('#include <common>', '#include <common>\nattribute float overhang;\nvarying float vOverhang;')
        .replace('#include <begin_vertex>', '#include <begin_vertex>\nvOverhang = overhang;');
      shader.fragmentShader = shader.fragmentShader
        .replace('#include <common>', '#include <common>\nuniform vec3 overhangColour;\nvarying float vOverhang;')
        .replace(
          '#include <color_fragment>',
          '#include <color_fragment>\ndiffuseColor.rgb = mix(diffuseColor.rgb, overhangColour, vOverhang);',
        )
        // What looks down gets little light, and is what should be seen.
        .replace(
          '#include <emissivemap_fragment>',
          '#include <emissivemap_fragment>\ntotalEmissiveRadiance += 0.4 * vOverhang * overhangColour;',
        );
    };
  }

  show(hex: string): void {
    this.color.copy(lifted(hex));
    const dark = this.color.getHSL({ h: 0, s: 0, l: 0 }).l < 0.35;
    this.edges.color.copy(this.color).lerp(new Color(dark ? '#ffffff' : '#000000'), dark ? 0.3 : 0.4);
  }

  override dispose(): void {
    this.edges.dispose();
    super.dispose();
  }

  /** The colour of what hangs in the air. */
  showOverhang(hex: string): void {
    this.overhang.value.set(hex);
  }
}

/** A material's colour, with black and near-black lifted: without light on its sides a black part has no shape. */
function lifted(hex: string): Color {
  const colour = new Color(hex);
  const { l } = colour.getHSL({ h: 0, s: 0, l: 0 });
  return l < 0.2 ? colour.lerp(new Color('#ffffff'), (0.2 - l) * 0.45) : colour;
}
