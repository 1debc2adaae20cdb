package dsl_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const slips = "../testdata/slips"

// A slip is one mistake a newcomer makes in a service that was good: in the
// file named by "file", the text "slip" stands where "good" stood. "want" is
// what is said of it, and following its help gives "mended" (else "good" again).
type slip struct {
	archive
	file, good, slip, mended, want string
}

func readSlip(t *testing.T, name string) slip {
	t.Helper()
	s := slip{archive: readArchive(t, name)}
	mended := false
	for _, f := range s.files {
		text := strings.TrimSuffix(f.data, "\n")
		switch f.name {
		case "file":
			s.file = text
		case "good":
			s.good = text
		case "slip":
			s.slip = text
		case "mended":
			s.mended, mended = text, true
		case "want":
			s.want = f.data
		default:
			t.Fatalf("%s: no part is named %q", name, f.name)
		}
	}
	if !mended {
		s.mended = s.good
	}
	return s
}

// shipped is a service as it is shipped, media included.
func shipped(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(filepath.Join(dir, path))
		out[path] = &fstest.MapFile{Data: src}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Each mistake gives one diagnostic, exactly as it is wanted; and whoever does
// what its help says has a service without a fault again.
func TestSlips(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(slips, "*.txtar"))
	if err != nil || len(names) < 60 {
		t.Fatalf("%d archives of slips: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			s := readSlip(t, name)
			fsys := shipped(t, filepath.Join("..", filepath.Dir(s.file)))
			file := fsys[filepath.Base(s.file)]
			src := string(file.Data)
			if n := strings.Count(src, s.good); n != 1 {
				t.Fatalf("%q stands %d times in %s", s.good, n, s.file)
			}
			file.Data = []byte(strings.Replace(src, s.good, s.slip, 1))
			_, list := load(t, fsys)
			got := written(t, fsys, list)
			if len(list) != 1 {
				t.Errorf("one mistake, %d diagnostics:\n%s", len(list), got)
			}
			if *update {
				s.rewrite(t, name, got)
			} else if got != s.want {
				t.Errorf("says\n%s\nwant\n%s", got, s.want)
			}
			file.Data = []byte(strings.Replace(src, s.good, s.mended, 1))
			if _, list := load(t, fsys); len(list) > 0 {
				t.Errorf("mended as the help says, and still:\n%s", written(t, fsys, list))
			}
		})
	}
}

func (s slip) rewrite(t *testing.T, name, want string) {
	t.Helper()
	for i := range s.files {
		if s.files[i].name == "want" {
			s.files[i].data = want
		}
	}
	if err := os.WriteFile(name, []byte(s.archive.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
