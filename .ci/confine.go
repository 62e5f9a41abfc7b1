// Command confine says, by its exit code, whether this machine can hold a slice to all that the shop asks of one, and
// otherwise writes what it lacks.
package main

import (
	"fmt"
	"os"

	"buildplate/slicer"
)

func main() {
	lacks := slicer.Weaknesses()
	for _, w := range lacks {
		fmt.Println(w.Message)
	}
	if os.Geteuid() != 0 {
		fmt.Println("Only root can give a slice a user of its own.")
	}
	if len(lacks) > 0 || os.Geteuid() != 0 {
		os.Exit(1)
	}
}
