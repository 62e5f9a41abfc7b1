package hostile_test

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// ownNetwork is set in a process that has a network and mounts of its own.
const ownNetwork = "BUILDPLATE_OWN_NETWORK"

// TestMain runs the tests in a network of their own, in which thousands of addresses lead to this machine, so that guesses
// come from as many strangers, and where nobody else sees the disks they mount. Only root may have one; otherwise guesses come
// from the machine's own address.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "help" || os.Args[1] == "slice") {
		play(os.Args[1:])
	}
	if os.Getenv(ownNetwork) != "" {
		err := takeAddresses()
		if err == nil {
			err = unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "a network and mounts of their own:", err)
			os.Exit(1)
		}
		sideBySide()
		os.Exit(m.Run())
	}
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Env = append(os.Environ(), ownNetwork+"=1")
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if again.Start() != nil {
		sideBySide()
		os.Exit(m.Run())
	}
	var ended *exec.ExitError
	if err := again.Wait(); errors.As(err, &ended) {
		os.Exit(max(1, ended.ExitCode()))
	}
}

// sideBySide lets more tests run at once than there are cores: most of each is waiting.
func sideBySide() {
	const atOnce = 4
	flag.Parse()
	if runtime.GOMAXPROCS(0) < atOnce {
		_ = flag.Set("test.parallel", strconv.Itoa(atOnce)) // a flag of every test binary
	}
}

// takeAddresses has the new network's only device up, and all of 10.86.0.0/16 lead to it, and to nowhere else.
func takeAddresses() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	set := func(name string, request uint, fill func(*unix.Ifreq) error) error {
		r, err := unix.NewIfreq(name)
		if err == nil {
			err = fill(r)
		}
		if err == nil {
			err = unix.IoctlIfreq(fd, request, r)
		}
		return err
	}
	up := func(r *unix.Ifreq) error { r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING | unix.IFF_LOOPBACK); return nil }
	if err := set("lo", unix.SIOCSIFFLAGS, up); err != nil {
		return fmt.Errorf("raise lo: %w", err)
	}
	if err := set("lo:1", unix.SIOCSIFADDR, func(r *unix.Ifreq) error { return r.SetInet4Addr(net.IPv4(10, 86, 0, 1).To4()) }); err != nil {
		return fmt.Errorf("take an address: %w", err)
	}
	if err := set("lo:1", unix.SIOCSIFNETMASK, func(r *unix.Ifreq) error { return r.SetInet4Addr([]byte{255, 255, 0, 0}) }); err != nil {
		return fmt.Errorf("take addresses: %w", err)
	}
	return nil
}
