package engine

import (
	"os"
	"sync"
)

// thisMachine is what this machine can do, found out once.
var thisMachine = sync.OnceValue(func() machine {
	abi := landlockABI()
	m := machine{Landlock: abi > 0, Truncate: abi >= truncateABI, Filter: canFilter(), Root: os.Geteuid() == 0}
	m.OwnUser = m.Root && canGiveUser()
	return m
})

// weaknesses says what a slice is not held to on such a machine.
func (m machine) weaknesses() []Weakness {
	var all []Weakness
	add := func(is bool, code, message string) {
		if is {
			all = append(all, Weakness{code, message})
		}
	}
	add(!m.Landlock, "slice_files_open", "A slice can read, and may be able to change, other files on this server: its Linux has no Landlock, or it is switched off. Linux 5.13 or newer has it.")
	add(m.Landlock && !m.Truncate, "slice_files_emptied", "A slice may be able to empty other files on this server, though not read them. Linux 6.2 or newer prevents that.")
	add(!m.Filter, "slice_calls_open", "A slice can use the network and start programs: this server’s Linux or processor has no seccomp filter for it.")
	add(m.Root && !m.OwnUser, "slice_as_root", "The shop runs as root, and its slices do too, though without root’s special rights. Start the shop as another user, or let everybody execute its program file and allow it to change users.")
	return all
}
