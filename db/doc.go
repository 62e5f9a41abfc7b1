// Package db keeps the shop's rows in SQLite. Every query is a method on [Tx],
// in a file named after its noun; nothing outside this package writes SQL.
//
// One connection writes, a few read. Use cases of package app open a
// transaction with [DB.Write] or [DB.Read] and hand the Tx to the steps; Tx
// methods never commit, and whatever is slow (disk, slicer, Stripe, mail) stays
// outside, tied to the transaction by an outbox row.
//
//	db.go       Open, pools, Backup, Check       tx.go       Write, Read, Tx, its helpers
//	dsn.go      how a connection is set up       migrate.go  schema.sql or migrations/
//	error.go    result code to shop.Kind         check.go    what must hold in every database
//	blobs.go    files: rows, trash, removal      uploads.go  uploads and their quotas
//	outbox.go   tasks: claim, finish, fail       clock.go    has the clock jumped?
//	dbtest/     Open(t), Check(t)
//
// Times are UTC milliseconds in the database. A transaction has one time,
// [Tx.Now], for all its rows. Ids are UUIDv7 in their usual lower-case form.
package db
