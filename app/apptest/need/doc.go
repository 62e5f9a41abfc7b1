// Package need is what tests want of the machine they run on. What is not there skips a test; the environment variable
// REQUIRE, a list with commas, names what must be there, and makes that a failure:
//
//	cura     both engines and the machine definitions     models  the collection of test models
//	stripe   stripe-mock                                  disk    a small disk of a test's own
//	proc     what Linux tells of a process                confine tests that run as root on Linux 6.2 or newer, with Landlock and seccomp
//	network  an address of this machine beside loopback, or root, who may make a network of their own
//
// The browser's stories read the same variable for "browser" and "models". SOAK=1 asks for the long form of tests.
//
//	need.go  skips and failures; where the collection of models is
package need
