//go:build unix

package db

import "os"

func syncFolder(dir *os.File) error { return dir.Sync() }
