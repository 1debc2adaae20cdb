package sqlite

import (
	"fmt"

	"cauce/runtime/store"
)

var (
	sqlJoinConversation = newStatement(`UPDATE contact SET conversation = ?2, user_id = ?3, phone = ?4, name = ?5 WHERE n = ?1`)
	sqlPointTo          = newStatement(`UPDATE contact SET merged_into = ?2, conversation = NULL, user_id = '', phone = '', name = '' WHERE n = ?1`)
	sqlPointOn          = newStatement(`UPDATE contact SET merged_into = ?2 WHERE merged_into = ?1`)
	sqlDropTimers       = newStatement(`DELETE FROM timer WHERE contact = ?`)
)

// What follows a contact into the one it proved to be.
var followers = []statement{
	newStatement(`UPDATE known_by SET contact = ?2 WHERE contact = ?1`),
	newStatement(`UPDATE timer SET contact = ?2 WHERE contact = ?1`),
	newStatement(`UPDATE outbox SET contact = ?2 WHERE contact = ?1`),
	newStatement(`UPDATE transcript SET contact = ?2 WHERE contact = ?1`),
	newStatement(`UPDATE record SET contact = ?2 WHERE contact = ?1`),
	newStatement(`UPDATE consent SET contact = ?2 WHERE contact = ?1`),
	newStatement(`UPDATE handover SET contact = ?2 WHERE contact = ?1`),
}

// merge makes one contact of two. The one that came into the books first
// stays, and the other points to it; the conversation, queue, timers and
// handover are those of the one heard from last.
func (c *conn) merge(a, b person) (person, error) {
	older, newer := a, b
	if newer.n < older.n {
		older, newer = newer, older
	}
	joined, heard, err := c.join(older.conversation, newer.conversation)
	if err != nil {
		return person{}, fmt.Errorf("merge two contacts: %w", err)
	}
	silent, last := newer, older
	if heard == store.Newer {
		silent, last = older, newer
	}
	// Before anything is re-pointed, while it is still clear whose is whose.
	if _, err := c.withdraw(silent.n, store.MergedAway); err != nil {
		return person{}, err
	}
	for _, s := range []statement{sqlDropTimers, sqlEndHandover} {
		if err := c.exec(s, silent.n); err != nil {
			return person{}, err
		}
	}
	for _, s := range followers {
		if err := c.exec(s, newer.n, older.n); err != nil {
			return person{}, err
		}
	}
	if err := c.exec(sqlPointOn, newer.n, older.n); err != nil {
		return person{}, err
	}
	if err := c.exec(sqlPointTo, newer.n, older.n); err != nil {
		return person{}, err
	}
	one := older
	one.conversation = joined
	for _, p := range []person{silent, last} {
		one.UserID = or(p.UserID, one.UserID)
		one.Phone = or(p.Phone, one.Phone)
		one.Name = or(p.Name, one.Name)
	}
	if err := c.exec(sqlJoinConversation, one.n, joined, one.UserID, one.Phone, one.Name); err != nil {
		return person{}, err
	}
	c.log.Info("two contacts proved to be one", "contact", one.ID, "other", newer.ID)
	// One that is being sent may have come from either side, and now holds up
	// the queue of both.
	if err := c.exec(sqlLoseTurn, one.n); err != nil {
		return person{}, err
	}
	return one, c.exec(sqlPromote, one.n)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
