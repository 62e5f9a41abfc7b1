import type { ModelFile } from './models';

type Point = [number, number, number];

const units = {
  mm: '( LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.) )',
  m: '( LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT($,.METRE.) )',
};

/** A box as the text of a STEP file, drawn in a unit, or in none that the file names. */
export function stepBox(name: string, [x, y, z]: Point, unit?: keyof typeof units): ModelFile {
  const lines: string[] = [];
  const add = (entity: string): string => {
    lines.push(`#${lines.length + 1}=${entity};`);
    return `#${lines.length}`;
  };
  const numbers = (p: Point): string => p.map((n) => n.toFixed(6)).join(',');
  const point = (p: Point): string => add(`CARTESIAN_POINT('',(${numbers(p)}))`);
  const direction = (p: Point): string => add(`DIRECTION('',(${numbers(p)}))`);
  const corner = (i: number): Point => [i & 1 ? x : 0, i & 2 ? y : 0, i & 4 ? z : 0];
  const vertices = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => add(`VERTEX_POINT('',${point(corner(i))})`));
  const edges = new Map<string, string>();
  const edge = (a: number, b: number): string => {
    const [from, to] = a < b ? [a, b] : [b, a];
    const along: Point = [0, 0, 0];
    along[Math.log2(to ^ from)] = 1;
    let made = edges.get(`${from}-${to}`);
    if (!made) {
      const vector = add(`VECTOR('',${direction(along)},1.)`);
      const line = add(`LINE('',${point(corner(from))},${vector})`);
      edges.set(`${from}-${to}`, (made = add(`EDGE_CURVE('',${vertices[from]},${vertices[to]},${line},.T.)`)));
    }
    return add(`ORIENTED_EDGE('',*,*,${made},${a < b ? '.T.' : '.F.'})`);
  };
  const faces: [number[], Point][] = [
    [
      [0, 2, 3, 1],
      [0, 0, -1],
    ],
    [
      [4, 5, 7, 6],
      [0, 0, 1],
    ],
    [
      [0, 1, 5, 4],
      [0, -1, 0],
    ],
    [
      [2, 6, 7, 3],
      [0, 1, 0],
    ],
    [
      [0, 4, 6, 2],
      [-1, 0, 0],
    ],
    [
      [1, 3, 7, 5],
      [1, 0, 0],
    ],
  ];
  const shell = faces.map(([round, out]) => {
    const loop = add(`EDGE_LOOP('',(${round.map((at, n) => edge(at, round[(n + 1) % 4]!)).join(',')}))`);
    const side: Point = out[0] === 0 ? [1, 0, 0] : [0, 1, 0];
    const place = add(`AXIS2_PLACEMENT_3D('',${point(corner(round[0]!))},${direction(out)},${direction(side)})`);
    return add(`ADVANCED_FACE('',(${add(`FACE_BOUND('',${loop},.T.)`)}),${add(`PLANE('',${place})`)},.T.)`);
  });
  const solid = add(`MANIFOLD_SOLID_BREP('box',${add(`CLOSED_SHELL('',(${shell.join(',')}))`)})`);
  const named = unit && add(units[unit]);
  const context = add(
    `( GEOMETRIC_REPRESENTATION_CONTEXT(3) ${named ? `GLOBAL_UNIT_ASSIGNED_CONTEXT((${named})) ` : ''}REPRESENTATION_CONTEXT('','') )`,
  );
  const origin = add(`AXIS2_PLACEMENT_3D('',${point([0, 0, 0])},${direction([0, 0, 1])},${direction([1, 0, 0])})`);
  const shape = add(`ADVANCED_BREP_SHAPE_REPRESENTATION('',(${origin},${solid}),${context})`);
  const application = add("APPLICATION_CONTEXT('automotive design')");
  const product = add(`PRODUCT('box','box','',(${add(`PRODUCT_CONTEXT('',${application},'mechanical')`)}))`);
  const formation = add(`PRODUCT_DEFINITION_FORMATION('','',${product})`);
  const design = add(
    `PRODUCT_DEFINITION('design','',${formation},${add(`PRODUCT_DEFINITION_CONTEXT('part definition',${application},'design')`)})`,
  );
  add(`SHAPE_DEFINITION_REPRESENTATION(${add(`PRODUCT_DEFINITION_SHAPE('','',${design})`)},${shape})`);
  const text = `ISO-10303-21;
HEADER;
FILE_DESCRIPTION((''),'2;1');
FILE_NAME('${name}','',(''),(''),'','','');
FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));
ENDSEC;
DATA;
${lines.join('\n')}
ENDSEC;
END-ISO-10303-21;
`;
  return { name, mimeType: 'application/step', buffer: Buffer.from(text) };
}
