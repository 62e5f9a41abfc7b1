package db

import (
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// walLimit is what the write-ahead log is cut back to after a checkpoint.
const walLimit = 64 << 20

// writerDSN and readerDSN name the database for the two pools. Settings are in
// the name and not in statements after opening, because a statement reaches one
// pooled connection and the name reaches them all. "file:" makes SQLite heed
// mode=ro, which it ignores in a plain path.
func writerDSN(path string, busy time.Duration) string {
	return fileURI(path, common(busy, url.Values{
		"mode":          {"rwc"},
		"_txlock":       {"immediate"}, // a transaction that reads first could not become a writer later
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"}, // NORMAL may lose commits in a power cut
		"_pragma":       {"journal_size_limit(" + strconv.Itoa(walLimit) + ")"},
	}))
}

func readerDSN(path string, busy time.Duration) string {
	return fileURI(path, common(busy, url.Values{
		"mode":        {"ro"},
		"_txlock":     {"deferred"},
		"_query_only": {"1"},
	}))
}

// checkDSN and backupDSN name it for one connection with one purpose; see Check
// and Backup.
func checkDSN(path string, busy time.Duration) string {
	return fileURI(path, common(busy, url.Values{"mode": {"rw"}, "_txlock": {"deferred"}, "_query_only": {"1"}}))
}

func backupDSN(path string, busy time.Duration) string {
	return fileURI(path, common(busy, url.Values{"mode": {"ro"}, "_synchronous": {"FULL"}}))
}

func common(busy time.Duration, q url.Values) url.Values {
	q.Set("_busy_timeout", strconv.FormatInt(busy.Milliseconds(), 10))
	q.Set("_foreign_keys", "1")
	q.Set("_defensive", "1")
	q.Set("_dqs", "0") // "text" in double quotes is a column, or an error
	return q
}

func fileURI(path string, q url.Values) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/shop.db
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}
	return u.String()
}
