package view

import "time"

// Notification is what one person is told of an event. Its text is written when it is
// read: for this reader, in the reader's language, of what the reader may see then.
type Notification struct {
	Row
	ID    int64  `see:"self"`
	Type  string `see:"self"`
	Title string `see:"self"`
	Body  string `see:"self"`
	// Contract and Agreement are the record that it is about, as the reader may see it;
	// nil for another kind of record, and for one that the reader may not know of.
	Contract  *Contract  `see:"self"`
	Agreement *Agreement `see:"self"`
	IsRead    bool       `see:"self"`
	ReadAt    *time.Time `see:"self"`
	CreatedAt time.Time  `see:"self"`
}

// GlobalID is its id in the graph.
func (n *Notification) GlobalID() GlobalID { return GlobalID{"Notification", n.ID} }

// IsNode marks it as an object that is fetched by its id.
func (*Notification) IsNode() {}

// Subject gives type and number of the record that it is about; nothing where the reader
// may not know of it.
func (n *Notification) Subject() (typeName string, id int64) {
	switch {
	case n.Contract != nil:
		return "Contract", n.Contract.ID
	case n.Agreement != nil:
		return "Agreement", n.Agreement.ID
	}
	return "", 0
}

// Inbox is one page of a person's notifications.
type Inbox struct {
	*Page[Notification]
	// Unread counts all that were not read; nil when it was not asked for.
	Unread *int64
}
