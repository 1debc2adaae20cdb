package sqlite

import (
	"database/sql/driver"
	"fmt"
	"time"

	"cauce/runtime/store"
)

// person is a contact on file as the writer knows it.
type person struct {
	store.Contact
	n            int64
	conversation []byte // as it was when the person was found
	read         bool   // conversation is still what is on file
}

type row = []driver.Value

// The kinds of known_by.
const (
	byUser  = "user"
	byPhone = "phone"
)

const personColumns = `c.n, c.id, c.user_id, c.phone, c.name, c.created, c.conversation`

var (
	sqlFindByID = newStatement(`SELECT ` + personColumns + ` FROM contact a
		JOIN contact c ON c.n = coalesce(a.merged_into, a.n) WHERE a.id = ?`)
	sqlFindByNumber = newStatement(`SELECT ` + personColumns + ` FROM contact c WHERE c.n = ?`)
	sqlFindByName   = newStatement(`SELECT ` + personColumns + ` FROM known_by k
		JOIN contact c ON c.n = k.contact WHERE k.kind = ? AND k.value = ?`)
	sqlFindOwner     = newStatement(`SELECT contact FROM known_by WHERE kind = ? AND value = ?`)
	sqlCreateContact = newStatement(`INSERT INTO contact (id, user_id, phone, name, created) VALUES (?, ?, ?, ?, ?)`)
	sqlAddName       = newStatement(`INSERT INTO known_by (kind, value, contact) VALUES (?, ?, ?)`)
	sqlMoveName      = newStatement(`UPDATE known_by SET contact = ?3 WHERE kind = ?1 AND value = ?2`)
	sqlLosePhone     = newStatement(`UPDATE contact SET phone = '' WHERE n = ? AND phone = ?`)
	sqlSavePerson    = newStatement(`UPDATE contact SET user_id = ?2, phone = ?3, name = ?4 WHERE n = ?1`)
)

func (c *conn) find(s statement, args ...driver.Value) (p person, ok bool, err error) {
	err = c.rows(s, func(v row) {
		ok = true
		p = person{
			n: number(v[0]),
			Contact: store.Contact{
				ID: store.ContactID(text(v[1])), UserID: text(v[2]), Phone: text(v[3]),
				Name: text(v[4]), Created: moment(v[5]),
			},
			conversation: blob(v[6]),
			read:         true,
		}
	}, args...)
	return p, ok, err
}

// byNumber finds a contact that some row points to: it is there.
func (c *conn) byNumber(n int64) (person, error) {
	p, ok, err := c.find(sqlFindByNumber, n)
	if err == nil && !ok {
		err = fmt.Errorf("contact number %d is not on file", n)
	}
	return p, err
}

// resolve finds, creates or merges the contact that an address names (HOUSE
// §3, Who is it). A business-scoped user id stays with one person, and a
// person who changes numbers gets another; a phone number changes hands. So
// the user id decides, and a phone alone stands for whoever had it last:
//
//	user id   phone                          it is
//	known     unknown, or not given          its owner, whose newest phone it becomes
//	known     of the same contact            that contact
//	known     of one without a user id       both: they are merged
//	known     of one with another user id    the user id's owner, who takes the phone over
//	unknown   of one without a user id       the phone's owner, who gets the user id
//	unknown   of one with another user id    somebody new, who takes the phone over
//	unknown   unknown, or not given          somebody new
//	no id     known                          its owner
//	no id     unknown                        somebody new
//
// A contact id of ours decides over both; the others are links to add then.
func (c *conn) resolve(a store.Address, name string, at time.Time) (person, error) {
	if a.Contact != "" {
		p, ok, err := c.find(sqlFindByID, string(a.Contact))
		if err == nil && !ok {
			err = store.ErrNoContact
		}
		if err == nil {
			err = c.link(&p, a)
		}
		if err != nil {
			return person{}, err
		}
		return p, c.know(&p, p.UserID, p.Phone, name)
	}
	if !a.Known() {
		return person{}, store.ErrNobody
	}
	var p person
	var found bool
	var err error
	if a.UserID != "" {
		if p, found, err = c.find(sqlFindByName, byUser, a.UserID); err != nil {
			return person{}, err
		}
	}
	if found && (a.Phone == "" || a.Phone == p.Phone) {
		// A phone a contact shows is its own, so there is nobody else to ask about.
		return p, c.know(&p, a.UserID, p.Phone, name)
	}
	var other person
	var taken bool
	if a.Phone != "" {
		if other, taken, err = c.find(sqlFindByName, byPhone, a.Phone); err != nil {
			return person{}, err
		}
	}
	stranger := taken && a.UserID != "" && other.UserID != ""
	switch {
	case !found && taken && !stranger:
		p = other
	case !found:
		if p, err = c.create(a, name, at); err != nil {
			return person{}, err
		}
	}
	if a.UserID != "" && !found && !p.New {
		if err := c.exec(sqlAddName, byUser, a.UserID, p.n); err != nil {
			return person{}, err
		}
	}
	switch {
	case a.Phone == "":
	case !taken:
		err = c.exec(sqlAddName, byPhone, a.Phone, p.n)
	case other.n == p.n:
	case stranger:
		if err = c.exec(sqlMoveName, byPhone, a.Phone, p.n); err == nil {
			err = c.exec(sqlLosePhone, other.n, a.Phone)
		}
	default:
		p, err = c.merge(p, other)
	}
	if err != nil {
		return person{}, err
	}
	return p, c.know(&p, a.UserID, a.Phone, name)
}

// create puts somebody new on file, with the user id they are known by.
func (c *conn) create(a store.Address, name string, at time.Time) (person, error) {
	p := person{Contact: store.Contact{
		ID: c.newID(), UserID: a.UserID, Phone: a.Phone, Name: name, Created: moment(micros(at)), New: true,
	}, read: true}
	var err error
	if p.n, err = c.insert(sqlCreateContact, string(p.ID), p.UserID, p.Phone, p.Name, micros(at)); err != nil {
		return person{}, err
	}
	if a.UserID != "" {
		err = c.exec(sqlAddName, byUser, a.UserID, p.n)
	}
	return p, err
}

// know writes what a person is called now, where that is news.
func (c *conn) know(p *person, userID, phone, name string) error {
	before := p.Contact
	if userID != "" {
		p.UserID = userID
	}
	if phone != "" {
		p.Phone = phone
	}
	if name != "" {
		p.Name = name
	}
	if p.Contact == before {
		return nil
	}
	return c.exec(sqlSavePerson, p.n, p.UserID, p.Phone, p.Name)
}

// link adds ids that nobody has yet to a contact, and makes its own the newest.
func (c *conn) link(p *person, a store.Address) error {
	own := func(kind, value string) (string, error) {
		if value == "" {
			return "", nil
		}
		owner := int64(0)
		if err := c.rows(sqlFindOwner, func(v row) { owner = number(v[0]) }, kind, value); err != nil {
			return "", err
		}
		switch owner {
		case 0:
			return value, c.exec(sqlAddName, kind, value, p.n)
		case p.n:
			return value, nil
		}
		return "", nil
	}
	userID, err := own(byUser, a.UserID)
	if err != nil {
		return err
	}
	phone, err := own(byPhone, a.Phone)
	if err != nil {
		return err
	}
	return c.know(p, userID, phone, "")
}
