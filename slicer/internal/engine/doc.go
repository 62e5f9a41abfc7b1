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
//	confine.go   what a child is held to; by system, how it takes that on
//	machine.go   what this machine can hold a child to, and what not
//	landlock.go  the files it may use
//	filter_*.go  the system calls it may not make, by architecture
//	user.go      a user of its own, without capabilities
//	program.go   the files a program is made of
//	lock.go      who holds a folder, by system
//	scratch.go   private folders: made, taken back, removed when programs died
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
// ends that process and fails that slice, never the shop.
//
// A program that a model took over finds nothing: the shop starts itself as
// a child, which confines its own thread and only then becomes the engine, or
// this program anew where that is the engine. It writes in its folder alone;
// it reads and executes itself, its loader and its libraries; it has no
// sockets, makes threads but no processes, and signals nobody else; it has no
// capabilities and gets none, and a user of its own where the shop runs as
// root. Paths would lead through folders that are closed to that user, so an
// engine is only told names in its folder.
//
// What only Linux has (all of that, death with the parent, resource limits)
// is in files named after it; elsewhere time, memory of the embedded engine
// and output are still limited. [Weaknesses] says what a machine cannot do.
//
// The program's main function must hand the subcommand [ChildCommand] to
// [ChildMain] before it does anything else.
package engine
