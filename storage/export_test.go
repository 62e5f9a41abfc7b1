package storage

import "os"

// OpenStaging opens what is on the disk of an upload. The caller closes it.
func (s *Store) OpenStaging(id string) (*os.File, error) {
	name, err := stagingName(id)
	if err != nil {
		return nil, err
	}
	return s.vol.root.Open(name)
}
