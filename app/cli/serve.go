package cli

import "errors"

// Serve runs the shop.
type Serve struct{}

// Run serves.
func (Serve) Run() error { return errors.New("soon") }

// Routes lists routes.
type Routes struct{}

// Run lists.
func (Routes) Run() error { return errors.New("soon") }

// OpenAPI prints.
type OpenAPI struct{}

// Run prints.
func (OpenAPI) Run() error { return errors.New("soon") }
