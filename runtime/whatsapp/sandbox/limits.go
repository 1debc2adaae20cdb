package sandbox

import "time"

// WhatsApp's limits as of November 2026, copied by hand from Meta's published pages and not
// from the rest of Cauce, so that one wrong number cannot hide behind itself. Lengths are in
// code points: Meta does not say whether it counts those or UTF-16 units, and the smaller
// count is the one that must pass.
const (
	maxTextBody       = 4096
	maxButtonsBody    = 1024
	maxListBody       = 4096
	maxLinkBody       = 1024
	maxLocationAsk    = 1024
	maxHeader         = 60
	maxFooter         = 60
	maxButtons        = 3
	maxButtonTitle    = 20
	maxButtonID       = 256
	maxOpener         = 20
	maxSections       = 10
	maxRows           = 10 // in all sections together
	maxSectionTitle   = 24
	maxRowTitle       = 24
	maxRowDescription = 72
	maxRowID          = 200
	maxLinkText       = 20
	maxCaption        = 1024
	maxContacts       = 257
	maxCallbackData   = 512
	maxTemplateBody   = 1024
	maxTemplateName   = 512
	maxQuickReplies   = 10
	maxTemplateButton = 25
	maxURL            = 2000

	window      = 24 * time.Hour     // from the person's own last message
	typingLasts = 25 * time.Second   // or until our next message
	keepTrying  = 7 * 24 * time.Hour // then a webhook is dropped
	mediaURL    = 5 * time.Minute    // the life of a download address
	maxFilename = 240
)

// What the sandbox itself can bear. None of these is WhatsApp's; they keep one careless loop
// from eating the machine.
const (
	maxSendBody   = 1 << 20
	maxPageBody   = 512 << 10
	maxPersonText = 65536 // letters a person may write; WhatsApp's own bound
	maxName       = 60
	maxPeople     = 200
	maxAbsent     = 1000 // numbers written to that nobody holds
	maxHistory    = 500  // bubbles kept for a person
	maxShelf      = 64 << 20
	maxUploads    = 256 << 20 // all files of the service
	maxUploadBody = 101 << 20 // the largest kind of file has 100 MB
	maxStreams    = 64
	maxBooks      = 20000
	maxWaiting    = 20000 // webhooks waiting for one person
)
