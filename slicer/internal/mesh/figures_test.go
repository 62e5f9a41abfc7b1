package mesh_test

// figures are what a second tool says of the models in the models folder: each
// object or solid was written as an ASCII STL by a script of its own (Python's
// ElementTree and zipfile, or plain splitting of lines, with the 3MF's
// transforms applied in double precision) and measured by Debian's admesh
// 0.98.4 (-e -v for size, facets and volume, -e -d for parts). A negative
// volume is a model whose triangles face inward.
var figures = map[string]figure{
	"3mf/Bearing.3mf":                                    {20374, 20374, [3]float64{51.7, 51.700001, 15}, 22879.67, 8},
	"3mf/everything.3mf":                                 {12, 12, [3]float64{20, 10, 10}, 2000, 1},
	"3mf/metadata.3mf":                                   {12, 12, [3]float64{10, 20, 30}, 6000, 1},
	"3mf/metadata_namespaced.3mf":                        {12, 12, [3]float64{10, 20, 30}, 6000, 1},
	"3mf/must_preserve.3mf":                              {12, 12, [3]float64{10, 20, 30}, 6000, 1},
	"3mf/must_preserve2.3mf":                             {12, 12, [3]float64{10, 20, 30}, 6000, 1},
	"3mf/part_numbers.3mf":                               {12, 12, [3]float64{10, 20, 30}, 6000, 1},
	"3mf/rels.3mf":                                       {12, 12, [3]float64{0.01, 0.02, 0.03}, 6e-06, 1},
	"3mf/translated.3mf":                                 {12, 12, [3]float64{10, 20, 30}, 6000, 1},
	"3mf/unit_meters.3mf":                                {12, 12, [3]float64{10, 20, 30}, 6000, 1},
	"3mf/3MF-samples/box.3mf":                            {12, 12, [3]float64{10, 20, 30}, 6000, 1},
	"3mf/3MF-samples/components.3mf":                     {60, 60, [3]float64{70, 60, 30.000006}, 14000, 2},
	"3mf/3MF-samples/cube_gears.3mf":                     {25692, 25668, [3]float64{167.995812, 125.101923, 33.601301}, 112366.4, 17},
	"3mf/3MF-samples/cylinder.3mf":                       {88, 88, [3]float64{20, 19.796401, 20}, 6198.102, 1},
	"3mf/3MF-samples/dodeca_chain_loop.3mf":              {7680, 7680, [3]float64{219.874019, 140.674543, 16.00002}, 32583.86, 40},
	"3mf/3MF-samples/dodeca_chain_loop_color.3mf":        {7680, 7680, [3]float64{219.874019, 140.674543, 16.00002}, 32583.86, 40},
	"3mf/3MF-samples/heartgears.3mf":                     {30636, 30632, [3]float64{79.571118, 47.667228, 76.432202}, 120179.1, 1},
	"3mf/3MF-samples/material_resources_rgb.3mf":         {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"3mf/3MF-samples/multiple_items_transformations.3mf": {60, 60, [3]float64{70, 60, 30.000006}, 14000, 2},
	"3mf/3MF-samples/multipletextures.3mf":               {96692, 96692, [3]float64{140.104003, 150.000001, 99.643997}, 220012.7, 2},
	"3mf/3MF-samples/pyramid_vertexcolor.3mf":            {4, 4, [3]float64{10, 10, 10}, 333.3333, 1},
	"3mf/3MF-samples/rhombicuboctahedron_color.3mf":      {44, 44, [3]float64{120.710998, 120.710998, 120.710998}, 1089262, 1},
	"3mf/3MF-samples/sphere.3mf":                         {2880, 2880, [3]float64{20, 20, 20}, 4172.805, 1},
	"3mf/3MF-samples/sphere_logo.3mf":                    {3032, 3032, [3]float64{39.999998, 39.999998, 39.999998}, 33382.38, 1},
	"3mf/3MF-samples/torus.3mf":                          {2200, 2200, [3]float64{24, 23.952601, 3.95929}, 776.8311, 1},
	"3mf/cura_exports/arrow_back.3mf":                    {26, 20, [3]float64{60, 21.2132, 69.999985}, -15457.51, 1},
	"3mf/cura_exports/arrow_right.3mf":                   {26, 20, [3]float64{70, 21.2132, 60}, -15457.52, 1},
	"3mf/cura_exports/arrow_up.3mf":                      {26, 20, [3]float64{59.999992, 69.999984, 21.2132}, -15457.51, 1},
	"3mf/cura_exports/arrow_up_scaled_mirrored.3mf":      {26, 20, [3]float64{96.8404, 112.980454, 34.238251}, -64991.38, 1},
	"3mf/cura_exports/cone.3mf":                          {718, 718, [3]float64{20, 40, 20}, -4188.58, 1},
	"3mf/cura_exports/cube.3mf":                          {12, 12, [3]float64{40, 40, 40}, -64000, 1},
	"3mf/cura_exports/cube_grid.3mf":                     {432, 432, [3]float64{110, 10, 130}, -35999.98, 36},
	"3mf/cura_exports/levitating_tetrahedron.3mf":        {4, 4, [3]float64{36.742402, 32.66, 42.426399}, -8485.329, 1},
	"3mf/cura_exports/multiple_transformed_arrows.3mf":   {40, 34, [3]float64{154.281082, 286.486176, 86.574511}, -72720.14, 2},
	"3mf/cura_exports/rotated_group.3mf":                 {40, 34, [3]float64{154.281082, 86.574462, 286.486126}, -72720.12, 2},
	"3mf/cura_exports/smiley.3mf":                        {96, 96, [3]float64{55.044121, 10, 59.881974}, -8000, 8},
	"3mf/cura_exports/smiley_group.3mf":                  {96, 96, [3]float64{55.044121, 10, 59.881974}, -8000.001, 8},
	"3mf/cura_exports/smiley_nested_group.3mf":           {96, 96, [3]float64{55.699928, 10, 61.747765}, -8000, 8},
	"3mf/cura_exports/two_cubes.3mf":                     {24, 24, [3]float64{24, 11.666664, 10}, 2000, 2},
	"3mf/cura_exports/yin_yang.3mf":                      {2792, 2792, [3]float64{60.911278, 5, 68.266235}, -9811.022, 4},
	"broken/extra_vertices.obj":                          {12, 12, [3]float64{20, 20, 20}, 8000, 1},
	"broken/self_overlapping_cubes.stl":                  {24, 24, [3]float64{30, 30, 30}, 16000, 2},
	"broken/subdivided_cube.stl":                         {192, 192, [3]float64{40, 40, 40}, 64000.03, 1},
	"broken/tetrahedra.stl":                              {8, 8, [3]float64{116.742403, 42.4264, 32.659901}, 16970.61, 2},
	"broken/too_large.stl":                               {12, 12, [3]float64{10, 1000, 10}, 99999.99, 1},
	"cura_projects/4.1_cr10_tetrahedron.3mf":             {4, 4, [3]float64{36.74231, 42.426392, 32.659901}, 8485.28, 1},
	"cura_projects/4.1_julia_tetrahedron.3mf":            {4, 4, [3]float64{36.74231, 42.426399, 32.659901}, 8485.28, 1},
	"cura_projects/4.1_um2_tetrahedron.3mf":              {4, 4, [3]float64{36.74231, 42.426392, 32.659901}, 8485.28, 1},
	"cura_projects/4.1_um3_aa0.8_tetrahedron.3mf":        {4, 4, [3]float64{36.74231, 42.426392, 32.659901}, 8485.28, 1},
	"cura_projects/4.2_one_at_a_time.3mf":                {36, 36, [3]float64{18.852242, 97.863266, 10}, 3000, 3},
	"cura_projects/4.4_custom_fff.3mf":                   {1448, 1448, [3]float64{25, 37, 20}, 7282.866, 2},
	"cura_projects/4.5_um3_cube.3mf":                     {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"cura_projects/8_extruders.3mf":                      {96, 96, [3]float64{42, 46, 10}, 8000, 8},
	"cura_projects/UM2_cube3.0_infill45.curaproject.3mf": {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"cura_projects/UM3_cube.curaproject.3mf":             {12, 12, [3]float64{40, 40, 40}, 64000, 1},
	"cura_projects/cube3.0_infill45.curaproject.3mf":     {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"filenames/Cube101010-Ьь⌨ルベソ☺.stl":                   {12, 12, [3]float64{100, 100, 100}, 1000000, 1},
	"filenames/Cube111-مفتاحorder.stl":                   {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"filenames/Group 1.3mf":                              {24, 24, [3]float64{21.432701, 10, 10}, 2000, 2},
	"filenames/something with spaces.stl":                {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"filenames/very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_very_long_name.stl": {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"filenames/ロボット.stl":                       {12, 12, [3]float64{100, 100, 100}, 1000000, 1},
	"obj/negative_indexed.obj":                 {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"obj/negative_interweaved.obj":             {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"obj/vertex_duplicated.obj":                {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"obj/vertex_indexed.obj":                   {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"obj/vertex_normal_indexed.obj":            {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"obj/vertex_texture_indexed.obj":           {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"obj/vertex_texture_normal_indexed.obj":    {12, 12, [3]float64{10, 10, 10}, 1000, 1},
	"planning/16bars.3mf":                      {192, 192, [3]float64{94, 40, 1}, 2560, 16},
	"planning/16bars.curaproject.3mf":          {192, 192, [3]float64{93.999985, 40, 1}, 2560, 16},
	"stl/multiple_solids.stl":                  {8, 8, [3]float64{116.742403, 42.4264, 32.659901}, 16970.61, 2},
	"stress_test/um2e+_space_filling_cube.obj": {12, 12, [3]float64{211, 191, 305}, 1.22918e+07, 1},
}

// figure is one model's line.
type figure struct {
	facets int        // in the file
	kept   int        // that have three different corners
	size   [3]float64 // mm
	volume float64    // mm³
	parts  int        // shells of connected facets
}
