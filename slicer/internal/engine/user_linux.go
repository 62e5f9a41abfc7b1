package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A child of a shop that runs as root gets a user and a group of these
// numbers. Debian keeps them reserved and systemd unused, so that nothing on
// the machine belongs to them; "nobody" would share the child's folder with
// whatever else runs as nobody. They are taken in turn, so that slices at the
// same time are strangers to each other.
const (
	firstUser = 65520
	lastUser  = 65533
)

var usersGiven atomic.Uint32

// nextUser is the user of the next child, 0 for that of the shop.
func nextUser(m machine) int {
	if !m.OwnUser {
		return 0
	}
	return firstUser + int(usersGiven.Add(1)-1)%(lastUser-firstUser+1)
}

// userNeeds is what root must be able to do to give a child another user, and
// to end it, to read its files and to remove them all the same.
var userNeeds = []int{unix.CAP_CHOWN, unix.CAP_DAC_OVERRIDE, unix.CAP_FOWNER, unix.CAP_SETUID, unix.CAP_SETGID, unix.CAP_KILL}

// canGiveUser says whether this process can give a child another user: not in
// every container is root what it was.
func canGiveUser() bool {
	var caps [2]unix.CapUserData
	if unix.Capget(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &caps[0]) != nil {
		return false
	}
	for _, c := range userNeeds {
		if caps[c/32].Effective&(1<<(c%32)) == 0 {
			return false
		}
	}
	if setgroups, err := os.ReadFile("/proc/self/setgroups"); err == nil && string(setgroups) != "allow\n" {
		return false
	}
	// The other user must be able to start this very file again.
	own, err := os.Stat(selfPath)
	return err == nil && own.Mode()&0o001 != 0 && mapsUsers("/proc/self/uid_map") && mapsUsers("/proc/self/gid_map")
}

// mapsUsers says whether a map of numbers has those of the children.
func mapsUsers(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	for {
		var inside, outside, n int
		if _, err := fmt.Fscan(f, &inside, &outside, &n); err != nil {
			return false
		}
		if inside <= firstUser && lastUser < inside+n {
			return true
		}
	}
}

// becomeUser gives the folder and what is in it to a user, makes this thread
// that user's, and leaves it no capability. Without a user, 0, it only does
// the last.
func becomeUser(user int, folder string) error {
	// For want of the right to it this changes nothing: no new privileges is set.
	for c := range uintptr(64) {
		_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
	}
	if user != 0 {
		if err := give(folder, user); err != nil {
			return fmt.Errorf("give the folder to user %d: %w", user, err)
		}
		// The thread's alone: the whole process would have to wait for its others.
		id := uintptr(user)
		for _, call := range [][4]uintptr{{unix.SYS_SETGROUPS, 0, 0, 0}, {unix.SYS_SETRESGID, id, id, id}, {unix.SYS_SETRESUID, id, id, id}} {
			if _, _, errno := unix.RawSyscall(call[0], call[1], call[2], call[3]); errno != 0 {
				return fmt.Errorf("become user %d: %w", user, errno)
			}
		}
	}
	// Kernels before 4.3 have no ambient ones.
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil && !errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("ambient capabilities: %w", err)
	}
	var none [2]unix.CapUserData
	if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]); err != nil {
		return fmt.Errorf("capabilities: %w", err)
	}
	return nil
}

// give makes a folder and the files in it a user's.
func give(folder string, user int) error {
	if folder == "" {
		return nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.Lchown(filepath.Join(folder, entry.Name()), user, user); err != nil {
			return err
		}
	}
	return os.Lchown(folder, user, user)
}

// keepStandardFiles lets the program have this process's first three files
// and no other, wherever they come from.
func keepStandardFiles() error {
	const first = 3
	if unix.CloseRange(first, ^uint(0), unix.CLOSE_RANGE_CLOEXEC) == nil {
		return nil
	}
	open, err := os.ReadDir("/proc/self/fd") // Linux before 5.11
	if err != nil {
		return err
	}
	for _, entry := range open {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd >= first {
			unix.CloseOnExec(fd)
		}
	}
	return nil
}
