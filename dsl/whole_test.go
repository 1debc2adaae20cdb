package dsl_test

import (
	"os"
	"testing"

	"cauce/dsl"
)

// The service with every verb and every key compiles, and nothing is said of it.
func TestWhole(t *testing.T) {
	s, list := dsl.Load(os.DirFS("../testdata/whole"))
	if s == nil || len(list) > 0 {
		t.Fatal(list)
	}
}
