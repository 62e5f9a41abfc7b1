package file

import "context"

// CheckBytes is what is done each night.
func (s *Service) CheckBytes(ctx context.Context) error { return s.checkBytes(ctx) }
