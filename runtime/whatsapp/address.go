package whatsapp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"cauce/runtime/store"
)

// Ids of the wire. The longest WhatsApp documents is a parent user id of 135
// bytes; a message id has about 60. What is longer than this is none.
const maxID = 256

// identifier is an id as it may be kept and compared: s, or nothing when it
// can't be one. U+FFFD is what decoding made of bytes that are no text, so two
// different ids would look the same: taken for one, a person would be given
// another one's conversation, or a message would pass for a repeat.
func identifier(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxID || strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }) {
		return ""
	}
	return s
}

// person is what one place of a body says about who somebody is. Fields may
// be empty.
type person struct {
	user, phone, parent string
	name                string // only of contacts[]
}

// named makes a person of an id in the place of a phone number (from, wa_id),
// a business-scoped user id and the id of its parent.
//
// A number is kept as its digits. Anything else in its place is kept as it is,
// for it is all WhatsApp told us about whom to answer; but for a user id that
// strayed there, which has been seen. An odd user id is kept as it is too.
func named(number, user, parent string) person {
	p := person{user: identifier(user), parent: identifier(parent)}
	switch number = identifier(number); {
	case !scoped(number):
		p.phone = phone(number)
	case p.user == "":
		p.user = number
	}
	return p
}

// phone is a number as its digits, without plus, spaces and the like; what is
// no number stays what it is.
func phone(s string) string {
	bare := strings.Map(func(r rune) rune {
		if strings.ContainsRune("+-(). \u00a0", r) {
			return -1
		}
		return r
	}, s)
	if bare == "" || digits(bare) {
		return bare
	}
	return s
}

// scoped reports whether s has the form of a business-scoped user id, or of a
// parent's: CC.13491208655302741918, CC.ENT.11815799212886844830 (Cloud API,
// business-scoped user ids).
func scoped(s string) bool {
	if len(s) < 4 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z' || s[2] != '.' {
		return false
	}
	s = strings.TrimPrefix(s[3:], "ENT.")
	return s != "" && len(s) <= 128 && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// nobody reports whether p holds no id.
func (p person) nobody() bool { return p.user == "" && p.phone == "" && p.parent == "" }

// address is how the runtime is told about p. A parent id names a person for
// several businesses; it is used when there is nothing else, for messages can
// be sent to it.
func (p person) address() store.Address {
	a := store.Address{UserID: p.user, Phone: p.phone}
	if !a.Known() {
		a.UserID = p.parent
	}
	return a
}

// people are the contacts[] of one change.
type people struct {
	list    []person
	byUser  map[string]int
	byPhone map[string]int
}

func readPeople(contacts []byte) people {
	var p people
	for c := range elements(contacts) {
		one := person{}
		var number, user, parent string
		for key, v := range members(c) {
			switch string(key) {
			case "wa_id":
				number = word(v)
			case "user_id":
				user = word(v)
			case "parent_user_id":
				parent = word(v)
			case "profile":
				one.name, _ = text(find(v, "name"))
			}
		}
		name := one.name
		one = named(number, user, parent)
		one.name = name
		p.list = append(p.list, one)
	}
	if len(p.list) > 1 {
		p.byUser, p.byPhone = map[string]int{}, map[string]int{}
		for i := len(p.list) - 1; i >= 0; i-- { // the first of two that claim an id has it
			if one := p.list[i]; one.user != "" {
				p.byUser[one.user] = i
			}
			if one := p.list[i]; one.phone != "" {
				p.byPhone[one.phone] = i
			}
		}
	}
	return p
}

// complete adds to what a message says of its sender what contacts[] says of
// that person: the other id, so that the two are linked, and the name. contacts
// and messages need not stand in the same order, nor be equally many.
//
// A contact is the sender's when one id agrees and none contradicts: a wrong
// guess would give one person another one's conversation. A message that names
// nobody is its only contact's.
func (p people) complete(m person) person {
	var c person
	switch {
	case len(p.list) == 0:
		return m
	case m.nobody() && len(p.list) == 1:
		c = p.list[0]
	case len(p.list) == 1 && m.agrees(p.list[0]):
		c = p.list[0]
	default:
		if i, ok := p.byUser[m.user]; ok && m.agrees(p.list[i]) {
			c = p.list[i]
		} else if i, ok := p.byPhone[m.phone]; ok && m.agrees(p.list[i]) {
			c = p.list[i]
		} else {
			return m
		}
	}
	if m.user == "" {
		m.user = c.user
	}
	if m.phone == "" {
		m.phone = c.phone
	}
	if m.parent == "" {
		m.parent = c.parent
	}
	m.name = c.name
	return m
}

// agrees reports whether m and c may be one person: an id in common, and none
// that differs.
func (m person) agrees(c person) bool {
	common := false
	for _, pair := range [...][2]string{{m.user, c.user}, {m.phone, c.phone}} {
		if pair[0] == "" || pair[1] == "" {
			continue
		}
		if pair[0] != pair[1] {
			return false
		}
		common = true
	}
	return common
}
