//go:build !curaengine

package engine

import "buildplate/slicer/engine/host"

const embeddedBuilt = false

func runEmbedded(host.Config) error { return errNotBuilt }
