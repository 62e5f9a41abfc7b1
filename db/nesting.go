package db

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
)

// nesting knows, in tests, which goroutines are within a transaction. One within another waits for a connection that may
// come free only when the outer one ends, which waits for it: it works until enough do so at once. So no test may get
// away with it. It is not for the running shop: to ask which goroutine this is takes as long as a short transaction.
type nesting struct {
	on     bool
	open   sync.Map            // goroutine to caller: who opened the transaction that it is in
	refuse func(reason string) // what is done about one within another
}

func newNesting() *nesting { return &nesting{on: testing.Testing(), refuse: crash} }

// begin is called before a transaction waits for its connection, and end once it is over.
func (n *nesting) begin() (end func()) {
	if !n.on {
		return func() {}
	}
	id, who := goroutine(), caller()
	if outer, within := n.open.LoadOrStore(id, who); within {
		n.refuse(fmt.Sprintf("db: a transaction within a transaction, which can wait for ever: %s began one, and before it ended %s asks for another. Hand its Tx on.", outer, who))
		return func() {}
	}
	return func() { n.open.Delete(id) }
}

// crash ends the test's process. A panic here could be caught on its way, by a door or a worker, and be taken for a fault
// that the test expects.
func crash(reason string) {
	stack := debug.Stack()
	go panic(reason + "\n" + string(stack))
	select {}
}

// goroutine names the running goroutine. The runtime tells it in stack traces only, which begin "goroutine 18 [".
func goroutine() string {
	var b [32]byte
	name, _, _ := bytes.Cut(b[:runtime.Stack(b[:], false)], []byte(" ["))
	return string(name)
}

// caller is who called this package, and who called that: a helper of tests says little by itself.
func caller() string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var who []string
	for more := true; more && len(who) < 2; {
		var f runtime.Frame
		f, more = frames.Next()
		if len(who) > 0 || !strings.HasPrefix(f.Function, "buildplate/db.") || strings.HasSuffix(f.File, "_test.go") {
			who = append(who, fmt.Sprintf("%s (%s:%d)", f.Function, f.File, f.Line))
		}
	}
	return strings.Join(who, ", called by ")
}
