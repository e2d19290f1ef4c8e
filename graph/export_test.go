package graph

// NewHandlerFor is NewHandler for any schema: this program's has neither files nor
// subscriptions yet, and its transports are ready for both.
var NewHandlerFor = newHandler
