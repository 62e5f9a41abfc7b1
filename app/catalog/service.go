package catalog

import (
	"buildplate/app/setting"
	"buildplate/db"
)

// Config is what pages are told of the program itself.
type Config struct {
	Version   string
	SourceURL string
}

// Service reads what the shop offers.
type Service struct {
	db       *db.DB
	settings *setting.Service
	cfg      Config
}

// New is a service.
func New(d *db.DB, settings *setting.Service, cfg Config) *Service {
	return &Service{db: d, settings: settings, cfg: cfg}
}
