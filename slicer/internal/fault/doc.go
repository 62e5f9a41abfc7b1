// Package fault is the one error of slicing: every package below slicer reports with it why a file cannot be read, a
// setting cannot be, or a part cannot be sliced.
//
//	fault.go  the error, its codes, and the part that it is about
package fault
