package apptest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"buildplate/app/apptest/need"
)

// Crowd takes all of the disk but some bytes, as another program on the machine might.
func Crowd(tb testing.TB, file string, leave int64) {
	tb.Helper()
	f, err := os.Create(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	for range 20 {
		var st syscall.Statfs_t
		if err := syscall.Statfs(filepath.Dir(file), &st); err != nil {
			tb.Fatal(err)
		}
		free := int64(st.Bavail)*st.Bsize - leave
		if free <= 0 {
			return
		}
		err := syscall.Fallocate(int(f.Fd()), 0, 0, free)
		if err == nil {
			return
		}
		if !errors.Is(err, syscall.ENOSPC) { // the shop wrote meanwhile: it takes its files of ordered carts away
			tb.Fatal(err)
		}
	}
	tb.Fatal("the disk does not come to rest")
}

const (
	smallDisk   = "BUILDPLATE_SMALL_DISK" // the folder on which the child mounts a disk of its own
	cannotMount = 77
)

// OnDiskOfItsOwn runs the rest of a test in a child with a disk of so many bytes.
func OnDiskOfItsOwn(t *testing.T, size int64, rest func(t *testing.T, dir string)) {
	t.Helper()
	if dir := os.Getenv(smallDisk); dir != "" {
		mountSmallDisk(dir, size)
		rest(t, dir)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v=true", "-test.timeout=5m")
	child.Env = append(os.Environ(), smallDisk+"="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := child.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil && strings.Contains(string(out), "--- SKIP"):
		t.Skipf("the child skips: %s", out)
	case err == nil:
		t.Logf("%s", out)
	case !errors.As(err, &exit):
		need.Without(t, "disk", "this system gives a test no disk of its own: "+err.Error())
	case exit.ExitCode() == cannotMount:
		need.Without(t, "disk", "this system gives a test no disk of its own: "+string(out))
	default:
		t.Errorf("%v\n%s", err, out)
	}
}

func mountSmallDisk(dir string, size int64) {
	err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	if err == nil {
		err = syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size))
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(cannotMount)
	}
}
