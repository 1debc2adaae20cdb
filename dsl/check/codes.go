package check

import "cauce/dsl/diag"

// The problems this package finds. Where LANGUAGE §7 has a name for one, that
// is its name.
const (
	// The folder.
	MissingService diag.Code = "missing-service" // no service.toml
	NoFlows        diag.Code = "no-flows"        // nothing beside it

	// Names and keys.
	UnknownKey      diag.Code = "unknown-key"      // a key that means nothing, or nothing yet
	MisplacedKey    diag.Code = "misplaced-key"    // a key of another verb, or one that needs a companion
	MissingKey      diag.Code = "missing-key"      // a key that must be there
	WrongKind       diag.Code = "wrong-kind"       // a number where words are wanted
	BadName         diag.Code = "bad-name"         // a name that is not a–z 0–9 _
	BadRange        diag.Code = "bad-range"        // a number that is out of bounds
	BadDuration     diag.Code = "bad-duration"     // "1m"
	BadTime         diag.Code = "bad-time"         // clock words, opening hours, dates, time zones
	BadAddress      diag.Code = "bad-address"      // a phone, an e-mail address, a link
	BadNeeds        diag.Code = "bad-needs"        // data kept for what it may not be kept for
	EmptyText       diag.Code = "empty-text"       // words that are no words
	UnknownValue    diag.Code = "unknown-value"    // not one of a few words
	UnknownOption   diag.Code = "unknown-option"   // not one of a choice's options
	UnknownLanguage diag.Code = "unknown-language" // no language tag, or not one of the service's
	UnknownNode     diag.Code = "unknown-node"
	UnknownFlow     diag.Code = "unknown-flow"
	UnknownData     diag.Code = "unknown-data"
	UnknownTemplate diag.Code = "unknown-template"
	UnknownOutcome  diag.Code = "unknown-outcome"
	BadPattern      diag.Code = "bad-pattern" // a pattern that is none
	BadAllow        diag.Code = "bad-allow"   // something that can't be silenced

	UnknownConsent    diag.Code = "unknown-consent"
	UnknownConnection diag.Code = "unknown-connection"

	// Shape.
	TwoVerbs        diag.Code = "two-verbs"        // a node that says and waits
	TwoWays         diag.Code = "two-ways"         // one place, two ways to go on
	NoWayOut        diag.Code = "no-way-out"       // a way that leads nowhere
	UnreachableNode diag.Code = "unreachable-node" // nothing leads here
	SilentLoop      diag.Code = "silent-loop"      // a circle in which nobody waits
	NoEnd           diag.Code = "no-end"           // a flow that can't end; a warning
	EndlessCalls    diag.Code = "endless-calls"    // flows that call each other in a circle
	MissingOutcome  diag.Code = "missing-outcome"  // an outcome of a called flow that leads nowhere
	DuplicateID     diag.Code = "duplicate-id"
	DuplicateLabel  diag.Code = "duplicate-label"
	DuplicateWord   diag.Code = "duplicate-word" // a keyword of two flows
	ShadowedRow     diag.Code = "shadowed-row"   // words an earlier row takes

	// Words and values.
	MissingTranslation  diag.Code = "missing-translation"
	PlaceholderMismatch diag.Code = "placeholder-mismatch"
	TemplateMismatch    diag.Code = "template-mismatch"
	BadExpression       diag.Code = "bad-expression"
	UnsetData           diag.Code = "unset-data"
	TooLong             diag.Code = "too-long"
	TooMany             diag.Code = "too-many"
	BadMedia            diag.Code = "bad-media" // a file that is not there, or that WhatsApp does not take

	// Promises.
	HumanPath      diag.Code = "human-path"      // no way to a person, or none at night
	Leaks          diag.Code = "leaks"           // sensitive data on its way to whom it is not shared with
	AsksIdentifier diag.Code = "asks-identifier" // a prompt that asks for a card, account or ID number
	PlainSecret    diag.Code = "plain-secret"    // a password or a key that stands in a file
	WordClash      diag.Code = "word-clash"      // a label or keyword that means stop, or a person; a warning if it only may

	// Warnings about what a service is like. They are silenced where they stand.
	OnlyAsks           diag.Code = "only-asks"            // a flow that collects, and gives nothing back
	LooksLikeGame      diag.Code = "looks-like-game"      // WhatsApp allows no games for prizes
	LooksLikePromotion diag.Code = "looks-like-promotion" // outside a marketing template
	LooksLikeSelling   diag.Code = "looks-like-selling"   // in a service that does not say that it sells
	TooChatty          diag.Code = "too-chatty"           // many messages in a row: each is charged
	UnusedData         diag.Code = "unused-data"
	UnusedTemplate     diag.Code = "unused-template"
	UnusedFlow         diag.Code = "unused-flow"
	UnusedConsent      diag.Code = "unused-consent"
	UnusedConnection   diag.Code = "unused-connection"
	UnusedAllow        diag.Code = "unused-allow" // what would silence a warning, where there is none
)

// Codes is every code of this package, in the order above.
var Codes = []diag.Code{
	MissingService, NoFlows,
	UnknownKey, MisplacedKey, MissingKey, WrongKind, BadName, BadRange, BadDuration, BadTime, BadAddress,
	BadNeeds, EmptyText, UnknownValue, UnknownOption, UnknownLanguage, UnknownNode, UnknownFlow, UnknownData,
	UnknownTemplate, UnknownOutcome, UnknownConsent, UnknownConnection, BadPattern, BadAllow,
	TwoVerbs, TwoWays, NoWayOut, UnreachableNode, SilentLoop, NoEnd, EndlessCalls, MissingOutcome, DuplicateID, DuplicateLabel,
	DuplicateWord, ShadowedRow,
	MissingTranslation, PlaceholderMismatch, TemplateMismatch, BadExpression, UnsetData, TooLong, TooMany, BadMedia,
	HumanPath, Leaks, AsksIdentifier, PlainSecret, WordClash,
	OnlyAsks, LooksLikeGame, LooksLikePromotion, LooksLikeSelling, TooChatty, UnusedData, UnusedTemplate, UnusedFlow,
	UnusedConsent, UnusedConnection, UnusedAllow,
}
