package engine

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"sync"
	"time"
)

// zoneinfo is the IANA time zone database (public domain), as the Go
// distribution carries it. The engine reads it and never the machine's own:
// the same service gives the same times everywhere, also where a machine's
// zone files are old or missing.
//
//go:embed zoneinfo.zip
var zoneinfo []byte

var zones struct {
	sync.Mutex
	files map[string]*zip.File
	known map[string]*time.Location
}

// Zone finds a time zone by its IANA name, America/Bogota. The machine's own
// zone ("Local", "") is no zone of a service.
func Zone(name string) (*time.Location, error) {
	zones.Lock()
	defer zones.Unlock()
	if name == "UTC" {
		return time.UTC, nil
	}
	if loc := zones.known[name]; loc != nil {
		return loc, nil
	}
	if zones.files == nil {
		r, err := zip.NewReader(bytes.NewReader(zoneinfo), int64(len(zoneinfo)))
		if err != nil {
			return nil, fmt.Errorf("read the embedded time zones: %w", err)
		}
		zones.files = make(map[string]*zip.File, len(r.File))
		for _, f := range r.File {
			zones.files[f.Name] = f
		}
		zones.known = map[string]*time.Location{}
	}
	f := zones.files[name]
	if f == nil || f.FileInfo().IsDir() {
		return nil, fmt.Errorf("no time zone is named %q", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("read time zone %s: %w", name, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read time zone %s: %w", name, err)
	}
	loc, err := time.LoadLocationFromTZData(name, data)
	if err != nil {
		return nil, fmt.Errorf("read time zone %s: %w", name, err)
	}
	zones.known[name] = loc
	return loc, nil
}
