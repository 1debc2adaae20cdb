package check

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// sniffed is how many bytes of a file its type is told by.
const sniffed = 512

// A sniff is what the first bytes of a file say it is. WhatsApp goes by what a
// file is and not by its name.
type sniff struct {
	name  string // a media type; "" when nothing is recognised
	flaw  flaw
	moves bool // of a sticker: it is animated
}

// A flaw is what WhatsApp does not take in a file of a type that it takes.
type flaw int

const (
	fine     flaw = iota
	palette       // a PNG picture of few colours, or of more than 8 bits
	noOpus        // an Ogg file without Opus sound
	twoSides      // sound in stereo, where one channel is wanted
)

// magics are the beginnings by which types are told, longest first where one
// begins like another. Those that WhatsApp does not take are here so that they
// can be named.
var magics = []struct {
	at     int
	prefix string
	name   string
}{
	{0, "\xff\xd8\xff", "image/jpeg"},
	{0, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, "GIF87a", "image/gif"},
	{0, "GIF89a", "image/gif"},
	{0, "BM", "image/bmp"},
	{8, "WEBP", "image/webp"},
	{8, "WAVE", "audio/wav"},
	{8, "AVI ", "video/avi"},
	{0, "OggS", "audio/ogg"},
	{0, "#!AMR", "audio/amr"},
	{0, "ID3", "audio/mpeg"},
	{0, "fLaC", "audio/flac"},
	{0, "\x1a\x45\xdf\xa3", "video/webm"},
	{0, "%PDF-", "application/pdf"},
	{0, "PK\x03\x04", "application/zip"},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/ole"},
	{0, "<svg", "image/svg+xml"},
	{0, "<?xml", "text/xml"},
}

// sniffOf tells the type of a file by how it begins.
func sniffOf(start []byte) sniff {
	for _, m := range magics {
		if len(start) < m.at || !bytes.HasPrefix(start[m.at:], []byte(m.prefix)) {
			continue
		}
		if m.at > 0 && !bytes.HasPrefix(start, []byte("RIFF")) {
			continue
		}
		s := sniff{name: m.name}
		switch m.name {
		case "image/png":
			s.flaw = pngFlaw(start)
		case "image/webp":
			// The extended header's second bit: it has frames.
			s.moves = len(start) > 20 && string(start[12:16]) == "VP8X" && start[20]&0x02 != 0
		case "audio/ogg":
			s.flaw = oggFlaw(start)
		}
		return s
	}
	switch {
	case len(start) >= 12 && string(start[4:8]) == "ftyp":
		return sniff{name: brand(string(start[8:12]))}
	case len(start) >= 2 && start[0] == 0xff && start[1]&0xf6 == 0xf0:
		return sniff{name: "audio/aac"}
	case len(start) >= 2 && start[0] == 0xff && start[1]&0xe0 == 0xe0 && start[1]&0x06 != 0:
		return sniff{name: "audio/mpeg"}
	case isText(start):
		return sniff{name: "text/plain"}
	}
	return sniff{}
}

// brand is the type of a file of the MP4 family (ISO 14496-12, ftyp).
func brand(b string) string {
	switch {
	case strings.HasPrefix(b, "3g"):
		return "video/3gpp"
	case b == "M4A " || b == "M4B ":
		return "audio/mp4"
	case b == "qt  ":
		return "video/quicktime"
	case strings.HasPrefix(b, "hei") || strings.HasPrefix(b, "mif") || b == "msf1":
		return "image/heic"
	case strings.HasPrefix(b, "avi"):
		return "image/avif"
	}
	return "video/mp4"
}

// pngFlaw looks into the first chunk, which holds depth and kind of colour (PNG
// specification, IHDR): WhatsApp takes 8 bits of RGB, with transparency or not.
func pngFlaw(start []byte) flaw {
	if len(start) < 26 {
		return fine
	}
	if depth, colour := start[24], start[25]; depth != 8 || colour != 2 && colour != 6 {
		return palette
	}
	return fine
}

// oggFlaw looks into the first page: WhatsApp takes Opus (RFC 7845) with one
// channel.
func oggFlaw(start []byte) flaw {
	i := bytes.Index(start, []byte("OpusHead"))
	switch {
	case i < 0:
		return noOpus
	case i+9 < len(start) && start[i+9] != 1:
		return twoSides
	}
	return fine
}

// isText reports whether bytes read as text. The end may cut a letter.
func isText(start []byte) bool {
	if len(start) == 0 || bytes.IndexByte(start, 0) >= 0 {
		return false
	}
	if len(start) >= 2 && (binary.BigEndian.Uint16(start) == 0xfeff || binary.LittleEndian.Uint16(start) == 0xfeff) {
		return true
	}
	for len(start) > 0 {
		r, size := utf8.DecodeRune(start)
		if r == utf8.RuneError && size == 1 && utf8.FullRune(start) {
			return false
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != 0x1b {
			return false
		}
		start = start[size:]
	}
	return true
}

// sameType reports whether what a file is can be what its name says. Newer
// office documents are archives, older ones have one form for all; and MP4 is a
// frame for pictures and for sound alone.
func sameType(found, named string) bool {
	switch {
	case found == named:
		return true
	case strings.HasPrefix(named, "application/vnd.openxml"):
		return found == "application/zip"
	case named == "application/msword" || strings.HasPrefix(named, "application/vnd.ms-"):
		return found == "application/ole"
	case named == "audio/mp4":
		return found == "video/mp4"
	case named == "video/3gpp":
		return found == "video/mp4"
	case named == "video/mp4":
		return found == "video/3gpp"
	case named == "text/plain":
		return strings.HasPrefix(found, "text/") || found == "image/svg+xml"
	}
	return false
}
