package apptest

// Doors are the addresses of a running shop, as http://127.0.0.1:1234.
type Doors struct {
	Shop, Public string
	SetupToken   string // of the first admin's link; "" when somebody was set up
}

// Shop is a running shop, in a process of its own or in the test's.
type Shop interface{ doors() Doors }

func (p *Process) doors() Doors { return p.Doors }
