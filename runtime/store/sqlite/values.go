package sqlite

import (
	"database/sql/driver"
	"time"
)

// micros is how a time is kept: microseconds since 1970 in UTC, rounded down,
// and 0 for no time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is micros backwards.
func moment(v any) time.Time {
	n := number(v)
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// number, text and blob read a column. NULL is the zero value.
func number(v any) int64 {
	n, _ := v.(int64)
	return n
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func blob(v any) []byte {
	b, _ := v.([]byte)
	return b
}

// notNull is a value for a column that is never NULL.
func notNull(b []byte) driver.Value {
	if b == nil {
		return []byte{}
	}
	return b
}
