//go:build !curaengine

package engine

import "buildplate/slicer/internal/engine/host"

const embeddedBuilt = false

func runEmbedded(host.Config) error { return errNotBuilt }
