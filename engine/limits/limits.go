// Package limits is what WhatsApp allows, in one table, as it was on the day
// Dated names: how long each text may be and how many of each thing there may
// be. It does not know what a flow or a message is: the checker asks it before
// anything is published, the sender before anything is sent.
//
// A mark says where a number comes from: [M] a page of Meta's for developers,
// [S] data or code of public SDKs and runtimes, [?] nobody confirmed it. A limit
// marked [?] is worth a warning and never a failure.
//
// Meta says "characters" and not of which kind. Length counts both kinds that
// it may mean, and a text is over a limit for certain only when it is over by
// the smaller count.
package limits

// Dated is the day for which the numbers were gathered. They change a few
// times a year.
const Dated = "2026-11-23"

// A Limit is a kind of text that has a longest length. The zero Limit is none of
// them: nothing but the empty text fits it.
type Limit uint8

const (
	// TextBody is the text of a plain message. [M]
	TextBody Limit = iota + 1
	// DirectSendBody is the text of a message sent with a category and without
	// a template. [M]
	DirectSendBody
	// ButtonBody is the text above reply buttons. [M]
	ButtonBody
	// LinkBody is the text above a link button (cta_url). [M]
	LinkBody
	// ListBody is the text above a list's button: as long as a plain text. [M]
	ListBody
	// RequestBody is the text of a location request, a flow or a product. [S]
	RequestBody
	// Header is the text above the body of an interactive message. [M]
	Header
	// Footer is the small text below it. [M]
	Footer
	// ButtonTitle is what a reply button says. Titles in a message differ. [M]
	ButtonTitle
	// ButtonID is what a tap on a reply button sends back. Ids differ. [M]
	ButtonID
	// ListButton is what the button that opens a list says. [M]
	ListButton
	// SectionTitle heads a group of rows; needed when there is more than one. [M]
	SectionTitle
	// RowTitle is what a row of a list says. [M]
	RowTitle
	// RowDescription is the small text below a row. [M]
	RowDescription
	// RowID is what a tap on a row sends back. Ids differ. [M]
	RowID
	// LinkTitle is what a link button says. [M]
	LinkTitle
	// FlowTitle is what the button of a flow says: 30 advised, without emoji;
	// older pages say 20. [?]
	FlowTitle
	// Caption is the text below a picture, video or document. [S]
	Caption
	// CardBody is the text of a card in a carousel. [S]
	CardBody
	// CallbackData is what comes back in the statuses of a message
	// (biz_opaque_callback_data). [S]
	CallbackData
	// TemplateName is a template's name: small letters, digits, underscores. [M]
	TemplateName
	// TemplateHeader is a template's text header: at most one variable, no
	// formatting. [M]
	TemplateHeader
	// TemplateBody is a template's text. [M]
	TemplateBody
	// MarketingBody is the text of a marketing template. That it is shorter
	// than others is Meta's word, the number is not. [?]
	MarketingBody
	// TemplateFooter is a template's footer [M]; no variables [S].
	TemplateFooter
	// TemplateButton is what a button of a template says. [M]
	TemplateButton
	// TemplateURL is the address of a template's link button; one variable, at
	// its end. [M]
	TemplateURL
	// TemplatePhone is the number of a template's call button. [M]
	TemplatePhone
	// TemplateCode is the code of a template's copy button. [M]
	TemplateCode
	// QuickReplyPayload is what a tap on a template's quick reply sends back; an
	// older page says 128. [?]
	QuickReplyPayload

	afterLast
)

// How many of each there may be in one message, unless it says otherwise.
const (
	MinReplyButtons = 1   // [M]
	ReplyButtons    = 3   // [M]
	ListSections    = 10  // [M]
	MinListRows     = 1   // [M]
	ListRows        = 10  // in all sections together [M]
	Contacts        = 257 // contact cards [S]

	MinCarouselCards = 2  // [S]
	CarouselCards    = 10 // [S]
	CardLineBreaks   = 2  // in the text of a card [S]

	TemplateButtons         = 10 // of all kinds together; quick replies stand next to each other [M]
	TemplateQuickReplies    = 10 // [M]
	TemplateURLButtons      = 2  // [M]
	TemplatePhoneButtons    = 1  // [M]
	TemplateCopyButtons     = 1  // [M]
	TemplateDesktopButtons  = 3  // from the fourth on, or with quick replies among others, none is shown on a desktop [M]
	TemplateHeaderVariables = 1  // [M]
	MarketingEmoji          = 10 // in the text of a marketing template [?]
	VariableSpaces          = 4  // spaces in a row in the value of a template's variable; no newline and no tab [?]

	Templates         = 250   // templates of an account [M]
	VerifiedTemplates = 6_000 // the same, once the business and its display name are approved [M]
)

// A Source says who vouches for a number.
type Source byte

const (
	Meta        Source = 'M' // a page of Meta's for developers
	Seen        Source = 'S' // data or code of public SDKs and runtimes
	Unconfirmed Source = '?' // nobody: warn, do not fail
)

type row struct {
	max    int
	source Source
	name   string
}

var table = [afterLast]row{
	TextBody:          {4096, Meta, "text"},
	DirectSendBody:    {1024, Meta, "text sent without a template"},
	ButtonBody:        {1024, Meta, "text above buttons"},
	LinkBody:          {1024, Meta, "text above a link"},
	ListBody:          {4096, Meta, "text above a list"},
	RequestBody:       {1024, Seen, "text of a request"},
	Header:            {60, Meta, "header"},
	Footer:            {60, Meta, "footer"},
	ButtonTitle:       {20, Meta, "button label"},
	ButtonID:          {256, Meta, "button id"},
	ListButton:        {20, Meta, "list button label"},
	SectionTitle:      {24, Meta, "section title"},
	RowTitle:          {24, Meta, "row label"},
	RowDescription:    {72, Meta, "row description"},
	RowID:             {200, Meta, "row id"},
	LinkTitle:         {20, Meta, "link label"},
	FlowTitle:         {30, Unconfirmed, "flow button label"},
	Caption:           {1024, Seen, "caption"},
	CardBody:          {160, Seen, "card text"},
	CallbackData:      {512, Seen, "callback data"},
	TemplateName:      {512, Meta, "template name"},
	TemplateHeader:    {60, Meta, "template header"},
	TemplateBody:      {1024, Meta, "template text"},
	MarketingBody:     {550, Unconfirmed, "marketing template text"},
	TemplateFooter:    {60, Meta, "template footer"},
	TemplateButton:    {25, Meta, "template button label"},
	TemplateURL:       {2000, Meta, "template button address"},
	TemplatePhone:     {20, Meta, "template button phone number"},
	TemplateCode:      {15, Meta, "template button code"},
	QuickReplyPayload: {256, Unconfirmed, "quick reply payload"},
}

// row returns the zero row for a value that is no limit.
func (l Limit) row() row {
	if l >= afterLast {
		return row{}
	}
	return table[l]
}

// Max is the longest length that is allowed, in characters of either kind.
func (l Limit) Max() int { return l.row().max }

// Source says who vouches for Max.
func (l Limit) Source() Source { return l.row().source }

// String names the text, for a message to people: "button label".
func (l Limit) String() string { return l.row().name }

// All returns every limit, in the order of the table.
func All() []Limit {
	var all []Limit
	for l := TextBody; l < afterLast; l++ {
		all = append(all, l)
	}
	return all
}

// Length returns the two lengths of s that Meta may mean: in code points and in
// UTF-16 units. The second is the larger where there are emoji, which are two
// units each or more. A byte that is not UTF-8 counts as one of each, as the
// U+FFFD that it becomes on the wire does.
func Length(s string) (codepoints, utf16 int) {
	for _, r := range s {
		codepoints++
		utf16++
		if r > 0xFFFF { // outside the basic plane: a pair of units
			utf16++
		}
	}
	return codepoints, utf16
}

// An Excess says whether a length is over a limit.
type Excess uint8

const (
	Fits     Excess = iota // by either count
	Doubtful               // over by the larger count only, or over a limit nobody confirmed: warn
	TooLong                // over by the smaller count: fail
)

// String returns "fits", "doubtful" or "too long".
func (e Excess) String() string {
	switch e {
	case Doubtful:
		return "doubtful"
	case TooLong:
		return "too long"
	}
	return "fits"
}

// Over says whether s is over the limit.
func (l Limit) Over(s string) Excess {
	if len(s) <= l.Max() {
		return Fits // bytes are never fewer than either count
	}
	return l.OverLengths(Length(s))
}

// OverLengths is Over for a text whose lengths are known and not its letters,
// such as the worst case of one with data in it.
func (l Limit) OverLengths(codepoints, utf16 int) Excess {
	switch max := l.Max(); {
	case min(codepoints, utf16) > max && l.Source() != Unconfirmed:
		return TooLong
	case codepoints > max || utf16 > max:
		return Doubtful
	}
	return Fits
}
