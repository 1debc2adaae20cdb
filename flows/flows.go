// Package flows holds the services that ship with Cauce, with their tests, as
// files inside the binary.
package flows

import "embed"

// FS has one folder a service.
//
//go:embed luna
var FS embed.FS
