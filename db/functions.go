package db

import (
	"database/sql/driver"

	"modernc.org/sqlite"

	"buildplate/app/shop"
)

// Functions that queries use and SQLite has not. Each makes of the same texts the same value.
func init() {
	function("composed", 1, func(texts []string) driver.Value { return shop.Composed(texts[0]) })
}

// function lets SQL call fn by a name, with so many texts; NULL is none.
func function(name string, arity int32, fn func(texts []string) driver.Value) {
	sqlite.MustRegisterDeterministicScalarFunction(name, arity, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		texts := make([]string, len(args))
		for i, arg := range args {
			texts[i], _ = arg.(string)
		}
		return fn(texts), nil
	})
}
