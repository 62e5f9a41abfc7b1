package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"buildplate/app/account"
	"buildplate/app/event"
	"buildplate/app/logging"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

// Admin helps people who cannot log in. Whoever can run it on the shop's machine can do anything there already.
type Admin struct {
	Reset AdminReset `cmd:"" help:"Print a link with which somebody who works here chooses a new password. The shop may be running."`
}

// AdminReset prints a one-time link for somebody's new password, and ends a wait after wrong ones.
type AdminReset struct {
	Email string `arg:"" help:"Their e-mail address."`
	Data  string `default:"data" env:"BUILDPLATE_DATA" help:"The shop's data folder." type:"path"`
	Shop  string `env:"BUILDPLATE_SHOP" help:"Where the shop's door listens; where it listened last by itself." placeholder:"ADDRESS"`
}

// Run makes the link in the database, beside a shop that may be running.
func (c *AdminReset) Run(ctx context.Context, io Streams, emb Embedded) (err error) {
	log := logging.New(io.Err, logging.Text, slog.LevelWarn)
	database, err := db.Open(ctx, filepath.Join(c.Data, databaseName), emb.Schema, db.Options{Log: log, Existing: true})
	if err != nil {
		return plainly(err)
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	bus := &event.Bus{}
	accounts := account.New(database, setting.New(database, setting.Config{}, log), bus, task.New(database, bus, log))
	link, err := accounts.LinkByEmail(ctx, shop.System("Command line"), c.Email)
	if err != nil {
		return plainly(err)
	}
	what := "chooses a new password"
	if link.Purpose == shop.LinkInvitation {
		what = "accepts the invitation"
	}
	zone := time.Local
	err = database.Read(ctx, func(tx *db.Tx) error {
		kept, err := tx.Settings(ctx)
		if err == nil {
			zone = kept.Location()
		} else if shop.IsKind(err, shop.NotFound) { // it was never started
			return nil
		}
		return err
	})
	if err != nil {
		return plainly(err)
	}
	door, err := c.door()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.Out, "With this link %s (%s) %s:\n\n  %s%s\n\nIt works once, until %s. On another machine, write this machine's name in place of localhost.\n",
		link.Person.Name, link.Person.Email, what, addressOf(door), link.Path, link.Expires.Time().In(zone).Format("Mon 2 Jan 2006 15:04 MST"))
	return err
}

// door is where the shop's door listens: as the command is told, where it listened last, or where it does by itself.
func (c *AdminReset) door() (string, error) {
	if c.Shop != "" {
		return c.Shop, nil
	}
	text, err := os.ReadFile(filepath.Join(c.Data, doorFile))
	if errors.Is(err, fs.ErrNotExist) {
		return ":8080", nil
	}
	return string(text), err
}

// plainly is an error as its message for people, where it has one.
func plainly(err error) error {
	if shop.IsKind(err, shop.Internal) {
		return err
	}
	return errors.New(shop.MessageOf(err))
}
