//go:build linux && !amd64 && !arm64

package engine

import "errors"

func canFilter() bool { return false }

func filterCalls() error { return errors.New("there is no filter for this processor") }
