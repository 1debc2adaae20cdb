package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"cauce/dsl"
	"cauce/dsl/diag"
	"cauce/engine"
)

// folder is a service's folder as somebody named it.
type folder struct {
	dir     string // with slashes
	files   fs.FS
	service *engine.Service // nil when it has errors
	list    diag.List       // its spans name files as seen from here
	sources diag.Sources
}

// openFolder reads the service in a folder. Its diagnostics are a result; an
// error is a folder that can't be read at all.
func openFolder(cmd *cobra.Command, dir string) (*folder, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, misuse(cmd, "there is no folder %q", dir)
	case err == nil && !info.IsDir():
		return nil, misuse(cmd, "%q is no folder; name the one that holds service.toml", dir)
	case err == nil:
		_, err = os.ReadDir(dir)
	}
	if err != nil {
		return nil, misuse(cmd, "the folder %q can't be read: %v", dir, reason(err))
	}
	f := &folder{dir: path.Clean(filepath.ToSlash(dir)), files: os.DirFS(dir), sources: diag.Sources{}}
	f.service, f.list = dsl.Load(f.files)
	for i := range f.list {
		d := &f.list[i]
		f.locate(&d.At)
		for j := range d.Notes {
			if d.Notes[j].At != (diag.Span{}) {
				f.locate(&d.Notes[j].At)
			}
		}
	}
	if f.list.HasErrors() {
		f.service = nil
	}
	return f, nil
}

// reason is an error of the system without the path, which was said already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// print writes the folder's diagnostics for a reader of a language.
func (f *folder) print(w io.Writer, lang string) error { return printList(w, f.list, f.sources, lang) }

// printList writes diagnostics for people who read a language.
func printList(w io.Writer, list diag.List, sources diag.Sources, lang string) error {
	if err := diag.Write(w, list, sources, diag.Options{Color: colored(w), Language: lang}); err != nil {
		return fmt.Errorf("write the diagnostics: %w", err)
	}
	return nil
}

// locate makes a span name its file as seen from here, and keeps the file's
// bytes for printing.
func (f *folder) locate(s *diag.Span) {
	name := s.File
	s.File = path.Join(f.dir, name)
	if _, ok := f.sources[s.File]; ok || name == "" {
		return
	}
	// One that can't be read is printed without its lines.
	if src, err := fs.ReadFile(f.files, name); err == nil {
		f.sources[s.File] = src
	}
}

// folders completes a folder's name in the shell.
func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}
