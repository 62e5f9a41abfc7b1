package db

import (
	"context"
	"database/sql"
	"fmt"
)

// invariant is something that must hold in every database: a query that finds
// the rows for which it does not, one line of text for each.
type invariant struct{ name, query string }

// invariants is filled by the files of the nouns.
var invariants []invariant

// mustHold adds an invariant. It is called from package variables, so that a
// noun's file says beside its queries what they have to keep true.
func mustHold(name, query string) struct{} { //nolint:unparam // a package variable needs a value
	invariants = append(invariants, invariant{name, query})
	return struct{}{}
}

// Check looks at the whole database and returns what is wrong with it, a line
// for each finding: SQLite's own checks, and what the shop's rows promise each
// other. Tests end with it.
func (d *DB) Check(ctx context.Context) (findings []string, err error) {
	// On a mode=ro connection SQLite's integrity check leaves out the CHECKs.
	p, err := pool(checkDSN(d.path, d.busy), 1)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	err = run(ctx, d, p, &sql.TxOptions{ReadOnly: true}, func(tx *Tx) error {
		sound, err := list(ctx, tx, scanText, "SELECT integrity_check FROM pragma_integrity_check")
		if err != nil {
			return err
		}
		if len(sound) != 1 || sound[0] != "ok" {
			findings = append(findings, sound...)
		}
		keys, err := foreignKeyFaults(ctx, tx.tx)
		if err != nil {
			return err
		}
		findings = append(findings, keys...)
		for _, inv := range invariants {
			lines, err := list(ctx, tx, scanText, inv.query)
			if err != nil {
				return fmt.Errorf("db: check that %s: %w", inv.name, err)
			}
			for _, line := range lines {
				findings = append(findings, inv.name+": "+line)
			}
		}
		return nil
	})
	return findings, err
}

func scanText(row scanner) (s string, err error) {
	err = row.Scan(&s)
	return s, err
}
