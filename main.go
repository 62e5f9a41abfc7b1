// Command buildplate is a 3D-print shop in one binary.
package main

func main() {}
