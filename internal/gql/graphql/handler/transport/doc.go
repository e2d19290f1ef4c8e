// Package transport carries GraphQL over HTTP: single responses to POST, GET and multipart forms, and streams of them
// over WebSockets and as server-sent events.
//
// The first transport of a server that supports a request takes it, so the order matters:
//
//	Websocket, Options, SSE, GET, POST, MultipartForm
//
// # Single responses
//
// The GraphQL-over-HTTP specification holds: with application/graphql-response+json the status tells whether the
// operation ran, with application/json every well-formed request is answered with 200. Responses that were not executed
// have no data.
//
// # Streams
//
// Events speak the distinct connections mode of GraphQL over SSE: each operation has a stream of its own. The single
// connection mode is not spoken.
//
// Whoever publishes events never waits for a client. What a client has not taken yet waits in a queue of bounded size;
// when an event finds no room in it, the subscriber is dropped: over a WebSocket with the close code 1013, as events with
// one last event whose error has the code SLOW_SUBSCRIBER. A message that is not taken within 15 seconds ends the
// connection. Answers to queries and mutations wait for room instead.
//
// A subscription's resolver stops when its context is done, which it is as soon as the client is gone, wants no more, or
// was dropped. It ends the stream by closing its channel, and says why with AddSubscriptionError before.
//
// # Close codes of WebSockets
//
//	1001  the server ends
//	1009  a message is larger than PayloadReadLimit
//	1013  the client takes events too slowly
//	4400  a message is not of the protocol
//	4401  an operation before the connection was acknowledged
//	4403  InitFunc refused the connection, or the context that it returned is done
//	4406  the client does not speak graphql-transport-ws
//	4408  no first message within InitTimeout, or no pong in time
//	4409  an operation's id is in use
//	4429  a second first message
//	4500  InitFunc panicked
//
// One connection runs 128 operations at once; one more is answered with an error that has the code TOO_MANY_OPERATIONS.
package transport
