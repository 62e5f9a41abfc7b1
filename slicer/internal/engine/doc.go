// Package engine runs CuraEngine: placed triangles and resolved settings in,
// raw G-code and the engine's own report out.
//
//	engine.go    Engine, Job, Report, Limits
//	embedded.go  the engine inside this binary, as a child process of it
//	native.go    a CuraEngine installed on this machine
//	auto.go      which of the two to use
//	child.go     what the child process does (hidden subcommand engine-child)
//	job.go       a job's files and arguments; what came of it
//	run.go       one supervised process: limits, progress, how it ended
//	brake.go     a run stopped for a while, by system
//	helper.go    work of our own in such a process: reading a customer's file
//	confine.go   limits on the process itself, where the system has them
//	lock.go      who holds a folder, by system
//	scratch.go   private folders, and the removal of those of dead programs
//	workers_*.go finding the processes a dead program left behind
//	error.go     why a slice failed
//	built_*.go   whether the generated engine is compiled in, by build tag
//	race_*.go    whether the race detector is, which needs more memory
//	cura/        the engine's code, generated
//	host/        the world that code runs in
//
// A model comes from strangers and the engine is a large C++ program, so
// every slice is a process of its own, in its own process group and folder,
// with limits on time, processor, memory, files and output. A hang or a crash
// ends that process and fails that slice, never the shop. What only Linux has
// (death with the parent, resource limits, no new privileges) is in files
// named after it; elsewhere time, memory of the embedded engine and output
// are still limited, and [Weaknesses] says what is not.
//
// The program's main function must hand the subcommand [ChildCommand] to
// [ChildMain] before it does anything else.
package engine
