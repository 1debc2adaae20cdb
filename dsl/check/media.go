package check

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine/limits"
)

// mediaKeys are the keys of what a message shows besides words.
var mediaKeys = []string{"image", "video", "audio", "document", "sticker", "location", "contact_card"}

// readMedia reads what a node shows besides words, in the order it was written.
func (n *node) readMedia(t table) {
	for _, e := range t.Entries {
		for _, kind := range mediaKeys {
			if e.Key == kind {
				if m := t.media(kind); m != nil {
					n.media = append(n.media, m)
				}
			}
		}
	}
	if l, ok := t.table("link", linkShape); ok {
		n.link = &link{at: t.Get("link").KeyAt, label: l.words("label"), url: l.proper("url")}
	}
	n.header, n.footer = t.words("header"), t.words("footer")
}

func (t table) media(kind string) *media {
	shape := fileShape
	switch kind {
	case "document":
		shape = documentShape
	case "location":
		shape = placeShape
	case "contact_card":
		shape = cardShape
	}
	m, ok := t.table(kind, shape)
	if !ok {
		return nil
	}
	out := &media{kind: kind, at: t.Get(kind).KeyAt, when: m.expression("if")}
	switch kind {
	case "location":
		out.lat = m.degrees("lat", 90)
		out.lng = m.degrees("lng", 180)
		out.name, out.address = m.proper("name"), m.proper("address")
		if out.address != nil && !m.has("name") {
			t.c.report(MissingKey, m.Get("address").KeyAt, `add name = "…": what the place is called`, "WhatsApp shows an address only under a name")
		}
	case "contact_card":
		out.name = m.proper("name")
		for _, key := range []string{"phone", "email"} {
			v := m.text(key)
			if v == nil {
				continue
			}
			t.c.checkAddress(key, v)
			if key == "phone" {
				out.phone = v.Value
			} else {
				out.email = v.Value
			}
		}
		if !m.has("phone") && !m.has("email") && m.onlyKnown() {
			t.c.report(MissingKey, m.At, `add phone = "+57 601 555 0100" or email = "…"`, "this card says who, and not how to reach them")
		}
	case "document":
		m.files(out)
		out.alt = m.proper("name")
	default:
		m.files(out)
		out.alt = m.words("alt")
	}
	return out
}

// degrees reads a latitude or a longitude.
func (m table) degrees(key string, most float64) float64 {
	var d float64
	switch v := m.value(key).(type) {
	case nil:
		return 0
	case *syntax.Integer:
		d = float64(v.Value)
	case *syntax.Float:
		d = v.Value
	default:
		m.c.wrongKind(key, v, "a number", "write degrees, as a map gives them: lat = 4.6, lng = -74.1")
		return 0
	}
	if !(d >= -most && d <= most) {
		m.c.report(BadRange, m.value(key).Span(), "write degrees, as a map gives them: lat = 4.6, lng = -74.1", "%s is from -%v to %v", key, most, most)
		return 0
	}
	return d
}

// files reads which file is shown: one for every language, or one for each.
func (m table) files(out *media) {
	e := m.Get("file")
	if e == nil {
		return
	}
	out.filesAt = e.Value.Span()
	switch v := e.Value.(type) {
	case *syntax.String:
		if m.text("file") == nil {
			return
		}
		for _, lang := range m.c.service.languages {
			out.files = append(out.files, &mediaFile{lang, v})
		}
	case *syntax.Table:
		if len(v.Entries) == 0 {
			m.c.report(EmptyText, v.Span(), needs["file"], "%s is empty", quote("file"))
		}
		for _, e := range v.Entries {
			known := m.c.checkTag(e)
			path, ok := e.Value.(*syntax.String)
			if !ok {
				m.c.report(WrongKind, e.Value.Span(), "", "%s takes a file for each language, and this is %s", quote("file"), e.Value.Kind())
			}
			if !ok || !known || !m.filled(path, e.Key) {
				out.partial = true
				continue
			}
			out.files = append(out.files, &mediaFile{e.Key, path})
		}
	default:
		m.c.wrongKind("file", e.Value, "the path of a file, or a table by language", examples["image"])
	}
}

// checkMedia looks at the files that nodes show: that they are there, and that
// WhatsApp takes them. Without a folder nothing is known of them.
func (c *checker) checkMedia() {
	seen := map[string]bool{} // by kind and path: what is wrong with a file is said once
	for _, f := range c.flows {
		for _, n := range f.nodes {
			for _, m := range n.media {
				c.checkEveryLanguage(m)
				odd := map[string]bool{} // endings that were reported: one cause, whatever the number of languages
				for i, file := range m.files {
					if i > 0 && file.path == m.files[i-1].path || seen[m.kind+" "+file.path.Value] {
						continue
					}
					seen[m.kind+" "+file.path.Value] = true
					c.checkFile(m.kind, file.path, odd)
				}
			}
		}
	}
}

// checkEveryLanguage reports a file that a language lacks.
func (c *checker) checkEveryLanguage(m *media) {
	if m.partial || len(m.files) == 0 || !c.service.languagesKnown {
		return
	}
	var missing []string
	for _, lang := range c.service.languages {
		if !slices.ContainsFunc(m.files, func(f *mediaFile) bool { return f.lang == lang }) {
			missing = append(missing, lang)
		}
	}
	if len(missing) > 0 {
		c.report(MissingTranslation, m.filesAt, "name a file for each language, or one for all: file = \"media/…\"",
			"this file is missing in %s", oneOfAll(missing))
	}
}

// mediaFolder is where a service's files are.
const mediaFolder = "media"

func (c *checker) checkFile(kind string, path *syntax.String, odd map[string]bool) {
	name := path.Value
	if !strings.HasPrefix(name, mediaFolder+"/") || !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
		help := diag.Phrase(`files are in the folder media: write "media/….jpg"`)
		if base := name[strings.LastIndexAny(name, `/\`)+1:]; strings.Contains(base, ".") && !strings.Contains(name, "..") {
			help = diag.Say("files are in the folder media, beside service.toml: write %s", quote(mediaFolder+"/"+base))
		}
		c.report(BadMedia, path.Span(), help, "%s is no file of this service", quote(name))
		return
	}
	allowed, _ := limits.MediaOf(kind)
	dot := strings.LastIndexByte(name, '.')
	ending := strings.ToLower(name[dot+1:])
	named, known := allowed.Of(ending)
	switch {
	case known:
	case dot < strings.LastIndexByte(name, '/'):
		c.report(BadMedia, path.Span(), diag.Say("give it the ending of what it is: %s", diag.Or(phrases(endings(allowed)))),
			"nobody can tell what %s is: its name has no ending", quote(name))
		return
	case !allowed.Others && odd[ending]:
		return
	case !allowed.Others:
		odd[ending] = true
		c.report(BadMedia, path.Span(), otherKind(ending, kind, allowed), "WhatsApp takes no .%s as %s", ending, article[kind])
		return
	}
	if c.folder == nil {
		return
	}
	info, start, err := peek(c.folder, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.report(BadMedia, path.Span(), c.mediaHelp(name), "there is no file %s", quote(name))
		return
	case err != nil:
		c.report(BadMedia, path.Span(), "look at its permissions", "the file %s can't be read", quote(name))
		return
	case !info.Mode().IsRegular():
		c.report(BadMedia, path.Span(), "name a file in it", "%s is no file", quote(name))
		return
	case info.Size() == 0:
		c.report(BadMedia, path.Span(), "copy it again", "the file %s is empty", quote(name))
		return
	}
	found := sniffOf(start)
	if !c.checkType(kind, path, found, named, known, ending) {
		return
	}
	most := allowed.Max
	if found.moves {
		most = allowed.Moving
	}
	switch limits.OverBytes(info.Size(), most) {
	case limits.TooLong:
		c.report(BadMedia, path.Span(), "make it smaller", "%s has %s; WhatsApp takes at most %s as %s", quote(name), bytesOf(info.Size()), bytesOf(most), article[kind])
	case limits.Doubtful:
		c.warn(BadMedia, path.Span(), "make it a little smaller", "%s has %s, and WhatsApp may take only %s as %s", quote(name), bytesOf(info.Size()), bytesOf(most), article[kind])
	}
}

// checkType compares what a file is with what its name says.
func (c *checker) checkType(kind string, path *syntax.String, found sniff, named limits.Type, known bool, ending string) bool {
	switch {
	case !known:
		c.warn(BadMedia, path.Span(), "send it as pdf, if people only read it", "WhatsApp may not take .%s as a document", ending)
		return true
	case found.name == "":
		c.report(BadMedia, path.Span(), diag.Say("save it again as .%s", ending), "%s is no .%s, whatever its name says", quote(path.Value), ending)
	case !sameType(found.name, named.Name):
		help := diag.Say("save it again as .%s", ending)
		if allowed, _ := limits.MediaOf(kind); typeNamed(allowed, found.name) != nil {
			help = diag.Say("end its name with .%s, or save it again as .%s", typeNamed(allowed, found.name).Endings[0], ending)
		}
		c.report(BadMedia, path.Span(), help, "%s is no .%s, whatever its name says: it is %s", quote(path.Value), ending, typeWords(found.name))
	case found.flaw == palette:
		c.report(BadMedia, path.Span(), "save it again with 8 bits of RGB, or as jpg", "WhatsApp takes no picture like %s: its colours are a palette, grey, or more than 8 bits", quote(path.Value))
	case found.flaw == noOpus:
		c.report(BadMedia, path.Span(), "save it again as Opus, or as mp3", "WhatsApp takes only Opus sound in .%s, and %s has another", ending, quote(path.Value))
	case found.flaw == twoSides:
		c.report(BadMedia, path.Span(), "save it again in mono", "WhatsApp takes sound with one channel in .%s, and %s has more", ending, quote(path.Value))
	default:
		return true
	}
	return false
}

// article is what a kind of file is called, with its article.
var article = map[string]diag.Phrase{
	"image": "a picture", "video": "a video", "audio": "a sound", "document": "a document", "sticker": "a sticker",
}

// typeWords are what a type of file is called.
func typeWords(name string) diag.Phrase {
	switch name {
	case "application/zip":
		return "an archive, or a newer office document"
	case "application/ole":
		return "an older office document"
	case "text/plain", "text/xml":
		return "text"
	}
	return diag.Say("%s", name)
}

func typeNamed(m limits.Media, name string) *limits.Type {
	for i := range m.Types {
		if m.Types[i].Name == name {
			return &m.Types[i]
		}
	}
	return nil
}

// endings are the usual endings of what WhatsApp takes, with their dots.
func endings(m limits.Media) []string {
	var out []string
	for _, t := range m.Types {
		out = append(out, "."+t.Endings[0])
	}
	return out
}

// otherKind is what to do about a file that is sent as what it is not.
func otherKind(ending, kind string, allowed limits.Media) diag.Phrase {
	for _, other := range []string{"image", "video", "audio", "sticker", "document"} {
		if m, _ := limits.MediaOf(other); other != kind {
			if _, ok := m.Of(ending); ok {
				return diag.Say("write %s = { file = … }, or save it as %s", other, diag.Or(phrases(endings(allowed))))
			}
		}
	}
	return diag.Say("save it as %s", diag.Or(phrases(endings(allowed))))
}

// mediaHelp is what to do about a file that is not there.
func (c *checker) mediaHelp(name string) diag.Phrase {
	dir := name[:strings.LastIndexByte(name, '/')]
	entries, _ := fs.ReadDir(c.folder, dir)
	var known []string
	for _, e := range entries {
		full := dir + "/" + e.Name()
		if strings.EqualFold(full, name) {
			return diag.Say("it is written %s there", quote(full))
		}
		if full[:len(full)-len(path.Ext(full))] == name[:len(name)-len(path.Ext(name))] {
			return diag.Say("there is %s: name that, or put %s into the folder", quote(full), quote(name))
		}
		known = append(known, full)
	}
	return c.didYouMean(name, known, diag.Say("put it into the folder %s", quote(dir)))
}

// peek gives what is known of a file, and its first bytes.
func peek(folder fs.FS, name string) (fs.FileInfo, []byte, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return info, nil, err
	}
	start, err := io.ReadAll(io.LimitReader(f, sniffed))
	return info, start, err
}

// bytesOf is a number of bytes, fit to be read.
func bytesOf(n int64) diag.Phrase {
	if n >= 1_000_000 {
		return diag.Say("%s MB", formatTenths(n, 1_000_000))
	}
	return diag.Say("%s KB", formatTenths(n, 1_000))
}

// formatTenths writes a number of units with a decimal, rounded up: what is too
// large never reads as if it just fitted.
func formatTenths(n, unit int64) string {
	tenths := (n*10 + unit - 1) / unit
	if tenths%10 == 0 {
		return formatInteger(tenths / 10)
	}
	return formatInteger(tenths/10) + "." + formatInteger(tenths%10)
}
