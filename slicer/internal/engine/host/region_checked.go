//go:build !(linux && (amd64 || arm64))

package host

// region is an array as large as the memory may ever become. The system
// provides its pages as they are first touched.
type region []byte

func reserve(limit int64) (region, error) { return make(region, limit), nil }

func (region) grant(_, _ int64) error { return nil }

func (region) release() error { return nil }
