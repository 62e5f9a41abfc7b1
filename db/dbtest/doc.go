// Package dbtest gives tests a real database: the shop's schema, on the disk,
// gone with the test, and checked when the test ends.
//
//	dbtest.go  opening a database, holding it against its promises, and texts of the module
//	strays.go  files that lie among the store's and are none of it
package dbtest
