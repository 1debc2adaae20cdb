package engine

import (
	"cauce/engine/policy"
)

// OutKind is the shape of a message of ours.
type OutKind string

// The shapes this version sends. The number of rows picks among the first
// three.
const (
	OutText     OutKind = "text"
	OutButtons  OutKind = "buttons"  // up to three choices
	OutList     OutKind = "list"     // four to ten
	OutTemplate OutKind = "template" // approved by WhatsApp; may be sent with the window shut
	OutLink     OutKind = "link"     // words with one button that opens an address
	OutMedia    OutKind = "media"    // a picture, voice note, place or card by itself; Body is its caption
	OutPlace    OutKind = "place"    // asks for their place, with a button for it
)

// Outgoing is a message the service owes a person: everything the outbox, the
// gate and WhatsApp need to know of it.
type Outgoing struct {
	Kind     OutKind      `cbor:"kind"`
	Language string       `cbor:"lang"`           // BCP-47
	Body     string       `cbor:"body,omitempty"` // a template's is how it reads, for transcripts; WhatsApp has its own
	Choices  []Choice     `cbor:"choices,omitempty"`
	Opener   string       `cbor:"opener,omitempty"` // the words on the button that opens a list
	Header   string       `cbor:"header,omitempty"` // above the body; not with Media
	Footer   string       `cbor:"footer,omitempty"` // below it, small
	Media    *Attachment  `cbor:"media,omitempty"`  // with OutMedia; with OutButtons and OutLink it stands above the words
	Link     *Address     `cbor:"link,omitempty"`
	Template string       `cbor:"template,omitempty"`
	Category string       `cbor:"category,omitempty"` // of a template: utility, marketing, authentication
	Fill     []Filling    `cbor:"fill,omitempty"`     // of a template, in the order its body names them
	Purpose  string       `cbor:"purpose,omitempty"`  // the consent a proactive message serves
	Cause    policy.Cause `cbor:"cause"`
	Anywhere bool         `cbor:"anywhere,omitempty"` // of a flow that words begin which work in every state
	Flow     FlowID       `cbor:"flow,omitempty"`     // which visit it belongs to; empty: the service's own words
	Node     NodeID       `cbor:"node,omitempty"`
	Visit    uint64       `cbor:"visit,omitempty"`
}

// Choice is one thing to tap. ID is what comes back when it is: it names flow,
// node, row and visit.
type Choice struct {
	ID    string `cbor:"id"`
	Label string `cbor:"label"`
	Note  string `cbor:"note,omitempty"` // a list row's description
	// Section is the title of the list section that begins with this row;
	// empty: as the row before.
	Section string `cbor:"section,omitempty"`
}

// Attachment is what a message shows besides words.
type Attachment struct {
	Type string  `cbor:"type"`           // image, video, audio, document, sticker, location, contact_card
	File string  `cbor:"file,omitempty"` // a path in the service's folder
	Alt  string  `cbor:"alt,omitempty"`  // what it shows; a document's: its file name
	Name string  `cbor:"name,omitempty"` // of a location or a card
	Addr string  `cbor:"addr,omitempty"` // of a location
	Lat  float64 `cbor:"lat,omitempty"`
	Lng  float64 `cbor:"lng,omitempty"`
	Tel  string  `cbor:"tel,omitempty"` // of a card
	Mail string  `cbor:"mail,omitempty"`
}

// Address is a button that opens an address.
type Address struct {
	Label string `cbor:"label"`
	URL   string `cbor:"url"`
}

// Filling is one value for a template's variable.
type Filling struct {
	Name  string `cbor:"name"`
	Value string `cbor:"value"`
}
