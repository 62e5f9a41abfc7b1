package engine

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// killWorkersIn ends every process that was started to work in a folder below
// dir, also one that has left its process group or lost its parent. A process
// carries the folder's name in its environment from its start; a number alone
// might by now belong to somebody else.
func killWorkersIn(dir string) {
	for _, pid := range workersIn(dir) {
		_ = unix.Kill(pid, unix.SIGKILL)
	}
}

func workersIn(dir string) []int {
	if !filepath.IsAbs(dir) || dir == "/" {
		return nil // never everything
	}
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	var pids []int
	for _, path := range environments {
		env, err := os.ReadFile(path)
		if err != nil {
			continue // gone, or not ours to look at
		}
		for _, entry := range bytes.Split(env, []byte{0}) {
			folder, ok := strings.CutPrefix(string(entry), runEnv+"=")
			if ok && (folder == dir || strings.HasPrefix(folder, dir+"/")) {
				pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
				pids = append(pids, pid)
				break
			}
		}
	}
	return pids
}
