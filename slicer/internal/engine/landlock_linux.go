package engine

import (
	"errors"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

const (
	mayRead = ll.AccessFSReadFile
	mayRun  = ll.AccessFSReadFile | ll.AccessFSExecute
	// No links, pipes or devices, which would lead whoever reads the folder
	// afterwards astray; nothing to execute; and nothing that is moved in or out.
	mayWrite = ll.AccessFSReadFile | ll.AccessFSReadDir | ll.AccessFSWriteFile | ll.AccessFSTruncate | ll.AccessFSMakeReg | ll.AccessFSRemoveFile

	truncateABI = 3 // the first version of Landlock that knows of emptying files
)

// landlockABI is the version of Landlock that this machine has, 0 for none.
func landlockABI() int {
	abi, err := ll.LandlockGetABIVersion()
	if err != nil {
		return 0
	}
	return abi
}

// rules opens the files of the reach as a set of rules, for [restrictFiles].
// All that the machine's Landlock knows of beside files is refused: TCP and
// UDP, abstract sockets and signals outside. Paths are followed to what they
// name now.
func (r reach) rules() (fd int, err error) {
	rules := []landlock.Rule{
		landlock.PathAccess(mayRun, r.Runs...),
		landlock.PathAccess(mayRead, r.Reads...).IgnoreIfMissing(),
	}
	if r.Folder != "" {
		rules = append(rules, landlock.PathAccess(mayWrite, r.Folder))
	}
	fd, _, err = landlock.V11.BestEffort().NewRulesetFD(rules...)
	if err == nil && fd < 0 {
		err = errors.New("this machine's Landlock refuses nothing")
	}
	return fd, err
}

// restrictFiles holds this thread, and what it becomes, to the rules.
func restrictFiles(rules int) error { return ll.LandlockRestrictSelf(rules, 0) }
