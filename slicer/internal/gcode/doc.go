// Package gcode reads what CuraEngine wrote, checks it against what the engine
// said about it, and gives it a header that is true.
//
//	measure.go  a print: filament by kind, layers and bounds
//	meter.go    the reading of them line by line, and its checks
//	outline.go  what each layer's outer walls enclose
//	word.go     a line of G-code: its words, and its comment
//	header.go   the first lines, rewritten from the measured print
//	toolpaths.go  what is extruded, layer by layer, for viewers
//	path.go     one line of it, without the points that it does not need
//	stated.go   what other slicers write of their print
//
// CuraEngine on the command line writes the header before it knows anything:
// 6666 seconds, no filament, impossible bounds. Printers and hosts show those
// figures to people, so they are replaced; nothing else in the file is changed.
package gcode
