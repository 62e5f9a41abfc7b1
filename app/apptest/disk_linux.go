package apptest

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
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
