package db

import (
	"context"
	"encoding/json"
	"strconv"

	"buildplate/app/shop"
)

// keepTerms keeps a version of the terms that is new, with the days that it promises; one that is there is never changed.
func (tx *Tx) keepTerms(ctx context.Context, t shop.Terms, r shop.Retention, by string) error {
	if t.Version == "" {
		return nil
	}
	days := map[shop.RetentionKind]int{}
	for _, rule := range r.Rules() {
		days[rule.Kind] = rule.Days
	}
	_, err := tx.exec(ctx, "INSERT INTO terms (version, title, paragraphs, days, created, changed_by) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		t.Version, t.Title, toJSON(t.Paragraphs), toJSON(days), tx.Now, by)
	return err
}

// Terms finds a version of the terms and since when it stood.
func (tx *Tx) Terms(ctx context.Context, version string) (t shop.Terms, since shop.Time, err error) {
	var paragraphs string
	if err := tx.one(ctx, "SELECT version, title, paragraphs, created FROM terms WHERE version = ?", []any{version}, &t.Version, &t.Title, &paragraphs, &since); err != nil {
		return t, 0, err
	}
	return t, since, json.Unmarshal([]byte(paragraphs), &t.Paragraphs)
}

// promisedDays are the days that a version of the terms promises, as its row has them; nil where no such version is kept.
func promisedDays(text string) (*shop.Retention, error) {
	if text == "" {
		return nil, nil
	}
	days := &shop.Retention{}
	return days, json.Unmarshal([]byte(text), days)
}

// NextTermsVersion is the version that the next terms get.
func (tx *Tx) NextTermsVersion(ctx context.Context) (string, error) {
	var n int64
	err := tx.one(ctx, "SELECT coalesce(max(CAST(version AS INTEGER)), 0) + 1 FROM terms", nil, &n)
	return strconv.FormatInt(n, 10), err
}

var _ = mustHold("the terms that stand now can be read", `
	SELECT doc ->> '$.terms.version' FROM settings WHERE doc ->> '$.terms.version' <> '' AND doc ->> '$.terms.version' NOT IN (SELECT version FROM terms)`)

var _ = mustHold("the terms that stand promise the days that the shop goes by", `
	SELECT k.key FROM settings s JOIN terms t ON t.version = s.doc ->> '$.terms.version', json_each(t.days) k
	WHERE s.doc ->> ('$.retention.' || k.key) <> k.value`)
