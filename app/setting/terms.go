package setting

import (
	"context"
	"slices"

	"buildplate/app/shop"
	"buildplate/db"
)

// TermsView is the terms screen: the text, and the table of how long what is kept, whose days stand in it.
type TermsView struct {
	Version   int                  `json:"version" minimum:"1" doc:"Of the settings that were read. A save names it, and is refused when another is stored by then"`
	Title     string               `json:"title" maxLength:"200"`
	Text      string               `json:"text" text:"lines" maxLength:"60000" doc:"Paragraphs with blank lines between them; names in braces stand for days of the table"`
	Retention []shop.RetentionRule `json:"retention" doc:"The whole table. A save says the days of each kind; all else is the program's"`
	Words     map[string]string    `json:"words,omitempty" doc:"What each name in braces reads now"`
	Published *PublishedTermsView  `json:"published,omitempty" doc:"The version that customers agree to now"`
}

// PublishedTermsView is a version of the terms as customers read it.
type PublishedTermsView struct {
	shop.Terms
	Since   shop.Time `json:"since,omitempty" doc:"When it was written; absent in a preview"`
	Current bool      `json:"current" doc:"Whether it is the one that customers agree to now"`
}

func readTerms(ctx context.Context, tx *db.Tx) (v TermsView, err error) {
	s, err := tx.Settings(ctx)
	if err != nil {
		return v, err
	}
	if v.Version, _, _, err = tx.SettingsVersion(ctx); err != nil {
		return v, err
	}
	v.Title, v.Text, v.Retention, v.Words = s.Terms.Title, s.Terms.Text(), s.Retention.Rules(), s.Retention.Words()
	published, since, err := tx.Terms(ctx, s.Terms.Version)
	v.Published = &PublishedTermsView{Terms: published, Since: since, Current: true}
	return v, err
}

// in are settings with what the terms screen sends in them. Errors: Invalid with the field.
func (v TermsView) in(s shop.Settings) (shop.Settings, error) {
	terms := shop.TermsOf(v.Title, v.Text)
	if err := terms.Check(); err != nil {
		return s, err
	}
	table := s.Retention
	for _, rule := range table.Rules() {
		at := slices.IndexFunc(v.Retention, func(r shop.RetentionRule) bool { return r.Kind == rule.Kind })
		if at < 0 {
			return s, shop.Invalidf("retention_missing", "retention."+string(rule.Kind), "Enter a number of days.")
		}
		table = table.With(rule.Kind, v.Retention[at].Days)
	}
	terms.Version = s.Terms.Version
	s.Terms, s.Retention = terms, table
	return s, table.Check()
}

// Terms reads the terms screen. Errors: Forbidden.
func (s *Service) Terms(ctx context.Context, who shop.Actor) (v TermsView, err error) {
	if err := who.Must(shop.ChangeSettings, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v, err = readTerms(ctx, tx)
		return err
	})
	return v, err
}

// PreviewTerms says how terms would read, and keeps nothing. Errors: Forbidden; Invalid with the field.
func (s *Service) PreviewTerms(ctx context.Context, who shop.Actor, next TermsView) (v PublishedTermsView, err error) {
	if err := who.Must(shop.ChangeSettings, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		kept, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		would, err := next.in(kept)
		if err != nil {
			return err
		}
		v.Terms, v.Current = would.Terms.Filled(would.Retention), would.SameTerms(kept)
		if !v.Current {
			v.Version, err = tx.NextTermsVersion(ctx)
		}
		return err
	})
	return v, err
}

// SaveTerms keeps the terms screen. Another text, or other days, is a new version; those before stay readable.
// Errors: Forbidden for anyone but an admin; Conflict when somebody saved other settings meanwhile; Invalid with the field.
func (s *Service) SaveTerms(ctx context.Context, who shop.Actor, next TermsView) (v TermsView, err error) {
	if err := who.Must(shop.ChangeSettings, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		stored, by, at, err := tx.SettingsVersion(ctx)
		if err != nil {
			return err
		}
		if err := CheckVersion(ctx, tx, next.Version, stored, by, at); err != nil {
			return err
		}
		was, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		now, err := next.in(was)
		if err != nil {
			return err
		}
		if !now.SameTerms(was) {
			if err := publishTerms(ctx, tx, who, was, now); err != nil {
				return err
			}
		}
		v, err = readTerms(ctx, tx)
		return err
	})
	return v, err
}

// publishTerms keeps settings whose terms are others than before, as a new version of the terms.
func publishTerms(ctx context.Context, tx *db.Tx, who shop.Actor, was, now shop.Settings) (err error) {
	if now.Terms.Version, err = tx.NextTermsVersion(ctx); err != nil {
		return err
	}
	if err := tx.Log(ctx, who.Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{Changes: was.Changes(now)})); err != nil {
		return err
	}
	return tx.SaveSettings(ctx, now, false, who.Name)
}

// PublishedTerms are a version of the terms, for everybody; the one that stands now with "". Errors: NotFound.
func (s *Service) PublishedTerms(ctx context.Context, version string) (v PublishedTermsView, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		kept, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		if version == "" {
			version = kept.Terms.Version
		}
		v.Current = version == kept.Terms.Version
		v.Terms, v.Since, err = tx.Terms(ctx, version)
		return shop.IfNotFound(err, "terms_not_found", "There is no such version of the terms.")
	})
	return v, err
}
