package graph_test

import (
	"net/http"
	"testing"
)

func TestAConnectionIsTheCallersOfItsFirstMessage(t *testing.T) {
	t.Parallel()
	const ended = "The access token is not valid: sign in again."
	for _, c := range []struct {
		name, header, first string
		hears               string
		code                int
		reason              string
	}{
		{name: "a token in the first message", first: `{"Authorization":"Bearer good"}`, hears: "user 1"},
		{name: "in small letters", first: `{"authorization":"Bearer good"}`, hears: "user 1"},
		{name: "in the header", header: good, first: `{}`, hears: "user 1"},
		{name: "nobody", first: `{}`, hears: "user 0"},
		{name: "among headers", first: `{"headers":{"Authorization":"Bearer good"}}`, hears: "user 1"},
		{name: "among headers, in letters of another size", first: `{"headers":{"AUTHORIZATION":"Bearer good"},"authorization":""}`, hears: "user 1"},
		{name: "twice the same", first: `{"headers":{"Authorization":"Bearer good"},"Authorization":"Bearer good"}`, hears: "user 1"},
		{name: "null, as clients without a token say", first: `{"Authorization":null,"headers":null}`, hears: "user 0"},
		{name: "headers that are none", first: `{"headers":["Authorization"]}`, hears: "user 0"},
		{name: "a number", first: `{"Authorization":1}`, code: 4400, reason: "Authorization must be a text."},
		{name: "a list in small letters, after a good header", header: good, first: `{"authorization":["Bearer good"]}`, code: 4400, reason: "Authorization must be a text."},
		{name: "an object among headers", first: `{"headers":{"Authorization":{"token":"good"}}}`, code: 4400, reason: "Authorization must be a text."},
		{name: "two different ones", first: `{"headers":{"Authorization":"Bearer bad"},"Authorization":"Bearer good"}`, code: 4400, reason: "There are two different Authorizations."},
		{name: "a bad token among headers", first: `{"headers":{"Authorization":"Bearer bad"}}`, code: 4403, reason: ended},
		{name: "a bad token", first: `{"Authorization":"Bearer bad"}`, code: 4403, reason: ended},
		{name: "a bad token after a good header", header: good, first: `{"Authorization":"Bearer bad"}`, code: 4403, reason: ended},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if c.header != "" {
				header.Set("Authorization", c.header)
			}
			l := wire(t, nil).dial(t, header)
			l.say(`{"type":"connection_init","payload":` + c.first + `}`)
			if c.code != 0 {
				l.hearsEnd(c.code, c.reason)
				return
			}
			l.hears("connection_ack")
			l.say(asks("1", "{ me }"))
			l.hears(c.hears, "complete")
		})
	}
}
