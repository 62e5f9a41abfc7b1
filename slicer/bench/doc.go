// Command bench measures what a customer waits for and prints it as ratios from one run: a machine that is busy or
// slow is so for both sides of each.
//
//	main.go     what is measured, in which order, and the table
//	measure.go  two ways of doing one thing, in turns, and their medians
//	slicing.go  our slicing and the bare engine, the cache, the two engines, four parts at once
//	plates.go   fifty clips on plates and one by one, copies on a bed by outline and by box
//	files.go    inspection and admesh, an upload and a plain copy
package main
