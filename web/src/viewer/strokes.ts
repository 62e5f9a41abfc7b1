import {
  BufferAttribute,
  Color,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
  Vector2,
} from 'three';

import { countStrokes, eachStroke, type Layer, lineKinds } from './toolpaths';

/** Steps of a coordinate, and of a height or width, in a millimetre, as the card keeps them. */
const steps = 40;
const fine = 100;

/** A box with an open bottom, one long, as wide and as high as the line: its corners, and where each side looks. */
const box = (() => {
  const sides: [normal: number[], corners: number[][]][] = [
    [[0, 0, 1], [[0, -0.5, 0], [1, -0.5, 0], [1, 0.5, 0], [0, 0.5, 0]]], // prettier-ignore
    [[0, -1, 0], [[0, -0.5, -1], [1, -0.5, -1], [1, -0.5, 0], [0, -0.5, 0]]], // prettier-ignore
    [[0, 1, 0], [[1, 0.5, -1], [0, 0.5, -1], [0, 0.5, 0], [1, 0.5, 0]]], // prettier-ignore
    [[-1, 0, 0], [[0, 0.5, -1], [0, -0.5, -1], [0, -0.5, 0], [0, 0.5, 0]]], // prettier-ignore
    [[1, 0, 0], [[1, -0.5, -1], [1, 0.5, -1], [1, 0.5, 0], [1, -0.5, 0]]], // prettier-ignore
  ];
  return {
    corners: new Float32Array(sides.flatMap(([, corners]) => corners.flat())),
    normals: new Float32Array(sides.flatMap(([normal]) => [normal, normal, normal, normal].flat())),
    index: sides.flatMap((_, i) => [0, 1, 2, 0, 2, 3].map((corner) => 4 * i + corner)),
  };
})();

/** How lines look: their colours by kind, which are hidden, and where the bed's middle is. */
export class StrokeMaterial extends ShaderMaterial {
  constructor() {
    super({
      glslVersion: GLSL3,
      uniforms: {
        colours: { value: lineKinds.map(() => new Color()) },
        seen: { value: lineKinds.map(() => 1) },
        origin: { value: new Vector2() },
      },
      vertexShader: `
        in vec4 ends;
        in vec4 form;
        uniform vec3 colours[${lineKinds.length}];
        uniform float seen[${lineKinds.length}];
        uniform vec2 origin;
        out vec3 colour;
        out vec3 facing;
        out float up;
        void main() {
          int kind = int(form.w + 0.5);
          if (seen[kind] < 0.5) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
          vec2 from = ends.xy / ${steps}.0 - origin;
          vec2 to = ends.zw / ${steps}.0 - origin;
          float reach = max(distance(from, to), 0.0001);
          vec2 along = (to - from) / reach;
          vec2 across = vec2(-along.y, along.x);
          float width = form.z / ${fine}.0;
          // Half a width further at both ends, so that corners are closed.
          vec2 at = from + along * ((reach + width) * position.x - 0.5 * width) + across * width * position.y;
          facing = vec3(along * normal.x + across * normal.y, normal.z);
          up = position.z;
          colour = colours[kind];
          gl_Position = projectionMatrix * modelViewMatrix * vec4(at, (form.x + position.z * form.y) / ${fine}.0, 1.0);
        }`,
      fragmentShader: `
        in vec3 colour;
        in vec3 facing;
        in float up;
        out vec4 pixel;
        const vec3 key = normalize(vec3(-1.0, -1.4, 2.0));
        const vec3 fill = normalize(vec3(1.5, 0.6, 0.8));
        void main() {
          float light = 0.42 + 0.5 * max(dot(facing, key), 0.0) + 0.16 * max(dot(facing, fill), 0.0);
          // The foot of a line is in the shade of the one above it: layers show.
          light *= mix(0.78, 1.0, smoothstep(-1.0, -0.45, up));
          pixel = linearToOutputTexel(vec4(colour * light, 1.0));
        }`,
    });
  }

  colour(kind: number, css: string): void {
    (this.uniforms.colours!.value as Color[])[kind]?.set(css);
  }

  see(kind: number, on: boolean): void {
    (this.uniforms.seen!.value as number[])[kind] = on ? 1 : 0;
  }

  set middle([x, y]: [number, number]) {
    (this.uniforms.origin!.value as Vector2).set(x, y);
  }
}

/** The lines of some layers, drawn as far as is asked. */
export class Strokes {
  readonly mesh: Mesh<InstancedBufferGeometry, StrokeMaterial>;
  /** How many strokes there are up to and with each layer. */
  private readonly until: number[] = [];

  /** Lines of the wanted kinds only. The layers follow one another from the first on. */
  constructor(
    layers: readonly Layer[],
    readonly first: number,
    wanted: readonly boolean[],
    material: StrokeMaterial,
  ) {
    let count = 0;
    for (const layer of layers) {
      count += countStrokes(layer).reduce((sum, n, kind) => sum + (wanted[kind] ? n : 0), 0);
      this.until.push(count);
    }
    const ends = new Int16Array(4 * count);
    const form = new Uint16Array(4 * count);
    let at = 0;
    for (const layer of layers) {
      eachStroke(layer, ({ kind, width, x, y, toX, toY }) => {
        if (!wanted[kind]) return;
        ends.set([x * steps, y * steps, toX * steps, toY * steps], at);
        form.set([layer.z * fine, layer.height * fine, width * fine, kind], at);
        at += 4;
      });
    }
    const geometry = new InstancedBufferGeometry();
    geometry.setIndex(box.index);
    geometry.setAttribute('position', new BufferAttribute(box.corners, 3));
    geometry.setAttribute('normal', new BufferAttribute(box.normals, 3));
    geometry.setAttribute('ends', freed(new InstancedBufferAttribute(ends, 4)));
    geometry.setAttribute('form', freed(new InstancedBufferAttribute(form, 4)));
    geometry.instanceCount = count;
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false; // its corners are made on the card
  }

  /** Draws the layers below one. */
  below(layer: number): void {
    const within = Math.min(layer - this.first, this.until.length);
    this.mesh.geometry.instanceCount = within > 0 ? (this.until[within - 1] ?? 0) : 0;
    this.mesh.visible = this.mesh.geometry.instanceCount > 0;
  }

  dispose(): void {
    this.mesh.removeFromParent();
    this.mesh.geometry.dispose();
  }
}

/** Gives up what it holds once the card has it. */
function freed(attribute: InstancedBufferAttribute): InstancedBufferAttribute {
  attribute.onUpload(function (this: BufferAttribute) {
    this.array = new Int16Array(0);
  });
  return attribute;
}
