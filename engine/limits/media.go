package limits

// What WhatsApp takes besides words (Cloud API, "Media", read on 2026-11-23):
// of each kind the types, by the ending a file of theirs has, and how large a
// file may be.

// A Media is a kind of file that a message can carry.
type Media struct {
	Kind  string // image, video, audio, document, sticker
	Types []Type
	Max   int64 // bytes, counting a megabyte as 1,000,000
	// Moving is Max for stickers that move; 0 for every other kind.
	Moving int64
	// Others: files of other types are often taken too; nobody confirmed which.
	Others bool
}

// A Type is a type of file: its media type, and the endings of its names,
// without the dot, in small letters.
type Type struct {
	Name    string
	Endings []string
}

const kilobyte, megabyte = 1_000, 1_000_000

// office is where the types of Microsoft's newer documents begin.
const office = "application/vnd.openxmlformats-officedocument."

var media = []Media{
	{Kind: "image", Max: 5 * megabyte, Types: []Type{ // [M]
		{"image/jpeg", []string{"jpg", "jpeg"}}, {"image/png", []string{"png"}},
	}},
	{Kind: "video", Max: 16 * megabyte, Types: []Type{ // [M]
		{"video/mp4", []string{"mp4"}}, {"video/3gpp", []string{"3gp", "3gpp"}},
	}},
	{Kind: "audio", Max: 16 * megabyte, Types: []Type{ // [M]
		{"audio/ogg", []string{"ogg", "opus", "oga"}}, {"audio/mpeg", []string{"mp3"}}, {"audio/mp4", []string{"m4a", "mp4"}},
		{"audio/aac", []string{"aac"}}, {"audio/amr", []string{"amr"}},
	}},
	{Kind: "document", Max: 100 * megabyte, Others: true, Types: []Type{ // [M]; that others pass [?]
		{"application/pdf", []string{"pdf"}}, {"text/plain", []string{"txt"}},
		{"application/msword", []string{"doc"}}, {office + "wordprocessingml.document", []string{"docx"}},
		{"application/vnd.ms-excel", []string{"xls"}}, {office + "spreadsheetml.sheet", []string{"xlsx"}},
		{"application/vnd.ms-powerpoint", []string{"ppt"}}, {office + "presentationml.presentation", []string{"pptx"}},
	}},
	{Kind: "sticker", Max: 100 * kilobyte, Moving: 500 * kilobyte, Types: []Type{ // [M]
		{"image/webp", []string{"webp"}},
	}},
}

// MediaOf is what WhatsApp takes of a kind; false when no file is of that kind.
func MediaOf(kind string) (Media, bool) {
	for _, m := range media {
		if m.Kind == kind {
			return m, true
		}
	}
	return Media{}, false
}

// Of is the type of files with an ending; false when the kind has none.
func (m Media) Of(ending string) (Type, bool) {
	for _, t := range m.Types {
		for _, e := range t.Endings {
			if e == ending {
				return t, true
			}
		}
	}
	return Type{}, false
}

// OverBytes says whether a file of so many bytes is too large. Meta does not say
// whether a kilobyte has 1,000 or 1,024 bytes: what is over by the first count
// only is doubtful.
func OverBytes(size, max int64) Excess {
	binary := max / kilobyte * 1_024
	if max >= megabyte {
		binary = max / megabyte * 1_024 * 1_024
	}
	switch {
	case size > binary:
		return TooLong
	case size > max:
		return Doubtful
	}
	return Fits
}
