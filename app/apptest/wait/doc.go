// Package wait is the one place where tests look again and again. What happens within a test is waited for by its event, and
// time passes on a clock that the test moves (Scenario.Pass, testing/synctest). But of another process, a connection that is
// taken or a state that the kernel keeps, nothing tells; and work that runs by itself beside a test is seen by its effects.
//
//	wait.go  looking until it is so; the pause between two looks
package wait
