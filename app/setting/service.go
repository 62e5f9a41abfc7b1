package setting

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// Config is what the command line decides, and no screen changes.
type Config struct {
	Demo      bool
	PublicURL string // origin of links that leave the shop; "" for the setting, then none
	LocalURL  string // the public door's own address, which a demonstration uses where there is no public one
	Nameless  bool   // nothing before the public door names visitors' addresses: --tunnel none
}

// Service reads and keeps the settings.
type Service struct {
	db  *db.DB
	log *slog.Logger
	cfg Config
}

// New is a service on a database whose settings were given their first values.
func New(d *db.DB, cfg Config, log *slog.Logger) *Service { return &Service{db: d, log: log, cfg: cfg} }

// Demo says whether this is a demonstration.
func (s *Service) Demo() bool { return s.cfg.Demo }

// IsSetUp says whether the shop takes orders: its first admin has answered the questions. A demonstration has its answers.
func (s *Service) IsSetUp(ctx context.Context, tx *db.Tx) (bool, error) {
	if s.cfg.Demo {
		return true, nil
	}
	return tx.StaffExists(ctx)
}

// CheckSetUp refuses what a visitor begins before the shop is set up. Errors: Conflict.
func (s *Service) CheckSetUp(ctx context.Context, tx *db.Tx) error {
	if ready, err := s.IsSetUp(ctx, tx); err != nil || ready {
		return err
	}
	return shop.Conflictf("shop_not_set_up", "We are not open yet, so we cannot take any orders. Come back soon.")
}

// LocalURL is the public door's own address.
func (s *Service) LocalURL() string { return s.cfg.LocalURL }

// PublicURL is the origin of links that leave the shop: the flag's, the setting's, or in a demo the public door's own
// address. It is "" for a shop that has not said where it can be reached.
func (s *Service) PublicURL(ctx context.Context, tx *db.Tx) (string, error) {
	if s.cfg.PublicURL != "" {
		return strings.TrimRight(s.cfg.PublicURL, "/"), nil
	}
	kept, err := tx.Settings(ctx)
	if err != nil {
		return "", err
	}
	if kept.PublicURL != "" {
		return strings.TrimRight(kept.PublicURL, "/"), nil
	}
	if s.cfg.Demo {
		return s.cfg.LocalURL, nil
	}
	return "", nil
}

// DoorWarnings tell staff that the shop cannot tell its visitors apart, though it has an address for all of them, wherever that
// was set.
func (s *Service) DoorWarnings(ctx context.Context, tx *db.Tx) (warnings []string, err error) {
	public, err := s.PublicURL(ctx, tx)
	if err == nil && s.cfg.Nameless && public != "" && public != s.cfg.LocalURL {
		warnings = append(warnings, "The shop does not know its visitors’ addresses, so one visitor with many orders can slow all others. Start it with --tunnel, and name the tunnel that stands before it.")
	}
	return warnings, err
}

// Origin is PublicURL for whoever serves the pages; "" also when it cannot be read.
func (s *Service) Origin() string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var url string
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		url, err = s.PublicURL(ctx, tx)
		return err
	})
	if err != nil {
		s.log.ErrorContext(ctx, "the public address cannot be read", "err", err)
	}
	return url
}
