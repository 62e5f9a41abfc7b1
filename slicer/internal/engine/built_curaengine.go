//go:build curaengine

package engine

import (
	"buildplate/slicer/internal/engine/cura"
	"buildplate/slicer/internal/engine/host"
)

const embeddedBuilt = true

func runEmbedded(c host.Config) error {
	return host.Run(c, func(h *host.Host) (host.Module, host.Memory) {
		m := cura.New(h, h)
		return m, m.Xmemory()
	})
}
