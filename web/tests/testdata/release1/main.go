// Release1 leaves a data folder as the first release left it, for the story of its upgrade: go run . FOLDER, from the repository's root.
package main

import (
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"
)

// rows make it a demonstration's, whose clock may run ahead, answer what its pages ask of the settings, and end a dispute
// that would keep files.
const rows = `
INSERT INTO secrets (name, value, updated) VALUES ('stripe_secret_key', 'sk_test_buildplate_demo_key_000000', 1);
DELETE FROM secrets WHERE name = 'link_key';
UPDATE disputes SET state = 'won' WHERE state = 'open';
UPDATE settings SET doc = json_set(doc, '$.country', 'AU', '$.time_zone', 'Australia/Sydney');`

func main() {
	if err := leave(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func leave(folder string) error {
	data := filepath.Join("db", "testdata")
	schema, err := os.ReadFile(filepath.Join(data, "schema", "0003.sql"))
	if err != nil {
		return err
	}
	shop, err := os.ReadFile(filepath.Join(data, "release1.sql"))
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", filepath.Join(folder, "buildplate.db"))
	if err != nil {
		return err
	}
	_, err = db.Exec(fmt.Sprintf("%s; PRAGMA application_id = 0x42504c54; PRAGMA user_version = 3; %s; %s", schema, shop, rows))
	return errors.Join(err, db.Close())
}
