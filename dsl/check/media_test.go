package check_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cauce/dsl/check"
	"cauce/dsl/diag"
)

// zeros is a file of a size whose bytes begin in some way, without their memory.
type zeros struct {
	start string
	size  int64
}

func (z zeros) Open(name string) (fs.File, error) {
	if name != "media/x" && !strings.HasPrefix(name, "media/x.") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	f, err := fstest.MapFS{name: {Data: []byte(z.start)}}.Open(name)
	return sized{f, z.size}, err
}

type sized struct {
	fs.File
	size int64
}

func (s sized) Stat() (fs.FileInfo, error) { return s, nil }
func (s sized) Name() string               { return "x" }
func (s sized) Size() int64                { return s.size }
func (s sized) Mode() fs.FileMode          { return 0o444 }
func (s sized) ModTime() time.Time         { return time.Time{} }
func (s sized) IsDir() bool                { return false }
func (s sized) Sys() any                   { return nil }

func png(depth, colour byte) string {
	return "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x01\x00\x00\x00\x01\x00" + string([]byte{depth, colour, 0, 0, 0})
}

func ogg(channels byte) string {
	return "OggS\x00\x02" + strings.Repeat("\x00", 21) + "\x13OpusHead\x01" + string([]byte{channels}) + "\x38\x01"
}

const riff = "RIFF\x00\x00\x00\x00WEBP"

// What WhatsApp takes, told by what a file is, what it is called and how large it
// is. want is in what is said; nothing is said of a file that is fine.
func TestMediaFiles(t *testing.T) {
	const moving, still = riff + "VP8X\x0a\x00\x00\x00\x02\x00\x00\x00", riff + "VP8X\x0a\x00\x00\x00\x10\x00\x00\x00"
	for _, c := range []struct {
		kind, ending, start string
		size                int64
		want                string
	}{
		{"image", "jpg", "\xff\xd8\xff\xe0", 5_000_000, ""},
		{"image", "JPEG", "\xff\xd8\xff\xe0", 1, ""},
		{"image", "jpg", "\xff\xd8\xff\xe0", 5_000_001, "warning: \"media/x.jpg\" has 5.1 MB, and WhatsApp may take only 5 MB as a picture"},
		{"image", "jpg", "\xff\xd8\xff\xe0", 5_300_000, "error: \"media/x.jpg\" has 5.3 MB; WhatsApp takes at most 5 MB as a picture"},
		{"image", "png", png(8, 2), 9, ""},
		{"image", "png", png(8, 6), 9, ""},
		{"image", "png", png(8, 3), 9, "its colours are a palette"},
		{"image", "png", png(16, 2), 9, "its colours are a palette"},
		{"image", "png", "\xff\xd8\xff\xe0", 9, "it is image/jpeg"},
		{"image", "png", "\x00\x01\x02", 9, "is no .png"},
		{"image", "webp", riff, 9, "WhatsApp takes no .webp as a picture"},
		{"sticker", "webp", still, 100_000, ""},
		{"sticker", "webp", still, 120_000, "at most 100 KB"},
		{"sticker", "webp", moving, 500_000, ""},
		{"sticker", "webp", moving, 600_000, "at most 500 KB"},
		{"sticker", "webp", "RIFF\x00\x00\x00\x00WAVE", 9, "it is audio/wav"},
		{"audio", "ogg", ogg(1), 9, ""},
		{"audio", "ogg", ogg(2), 9, "sound with one channel"},
		{"audio", "ogg", "OggS\x00\x02" + strings.Repeat("\x00", 21) + "\x1e\x01vorbis", 9, "only Opus sound"},
		{"audio", "mp3", "ID3\x04", 9, ""},
		{"audio", "mp3", "\xff\xfb\x90", 9, ""},
		{"audio", "aac", "\xff\xf1\x50", 9, ""},
		{"audio", "mp3", "\xff\xf1\x50", 9, "it is audio/aac"},
		{"audio", "m4a", "\x00\x00\x00\x20ftypisom", 9, ""},
		{"audio", "amr", "#!AMR\n", 9, ""},
		{"audio", "mp3", "\x00\x00\x00\x20ftypM4A ", 9, "it is audio/mp4"},
		{"video", "mp4", "\x00\x00\x00\x20ftypisom", 16_000_000, ""},
		{"video", "mp4", "\x00\x00\x00\x20ftypisom", 17_000_000, "at most 16 MB as a video"},
		{"video", "3gp", "\x00\x00\x00\x20ftyp3gp5", 9, ""},
		{"video", "mp4", "\x00\x00\x00\x20ftypqt  ", 9, "it is video/quicktime"},
		{"video", "mp4", "\x00\x00\x00\x20ftypM4A ", 9, "it is audio/mp4"},
		{"document", "pdf", "%PDF-1.7", 100_000_000, ""},
		{"document", "pdf", "PK\x03\x04", 9, "it is an archive"},
		{"document", "docx", "PK\x03\x04", 9, ""},
		{"document", "doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 9, ""},
		{"document", "doc", "PK\x03\x04", 9, "is no .doc"},
		{"document", "txt", "Hola, ¿qué tal", 9, ""},
		{"document", "txt", "Hola\x00", 9, "is no .txt"},
		{"document", "csv", "a,b", 9, "warning: WhatsApp may not take .csv"},
	} {
		name := "media/x." + c.ending
		alt := ""
		if c.kind == "document" {
			alt = ", name = \"x\""
		}
		files := parse(t, "begins = \"a\"\n[node.a]\n"+c.kind+" = { file = \""+name+"\""+alt+" }\nend = \"done\"\n")
		_, list := check.Folder(zeros{c.start, c.size}, files...)
		list = slices.DeleteFunc(list, func(d diag.Diagnostic) bool { return d.Code != check.BadMedia })
		got := said(t, files, list)
		if c.want == "" && len(list) > 0 || !strings.Contains(got, c.want) || len(list) > 1 {
			t.Errorf("%s %q of %d: got %q, want %q", name, c.start, c.size, got, c.want)
		}
	}
}

// Without a folder to look into, what is in it is not judged.
func TestMediaUnseen(t *testing.T) {
	files := parse(t, "begins = \"a\"\n[node.a]\nimage = { file = \"media/x.jpg\" }\nend = \"done\"\n")
	if c, list := check.Flows(files...); c == nil || list.HasErrors() {
		t.Error(said(t, files, list))
	}
	c, list := check.Folder(fstest.MapFS{}, files...)
	if c != nil || list[0].Code != check.BadMedia || list[0].Severity != diag.Error {
		t.Error(said(t, files, list))
	}
}

// A table of files has one for every language; one that lacks its file in one
// language would send it nothing.
func TestMediaByLanguage(t *testing.T) {
	for file, want := range map[string]string{
		`"media/x.jpg"`: "",
		`{ es = "media/x.jpg", en = "media/x.en.jpg" }`: "",
		`{ es = "media/x.jpg" }`:                        `this file is missing in "en"`,
		`{ es = "media/x.jpg", fr = "media/x.jpg" }`:    `this service does not speak "fr"`,
		`{ es = "media/x.jpg", en = 3 }`:                `"file" takes a file for each language`,
	} {
		files := parse(t, "begins = \"a\"\n[node.a]\nimage = { file = "+file+" }\nend = \"done\"\n", `languages = ["es"]`, `languages = ["es", "en"]`)
		_, list := check.Folder(zeros{"\xff\xd8\xff\xe0", 9}, files...)
		list = slices.DeleteFunc(list, func(d diag.Diagnostic) bool { return d.At.File != "inicio.toml" })
		got := said(t, files, list)
		if !strings.Contains(got, want) || want == "" && len(list) > 0 || len(list) > 1 {
			t.Errorf("%s: got %s, want %q", file, got, want)
		}
	}
}
