module kontrak/bench

go 1.26.0

replace kontrak => ../

exclude github.com/google/pprof v0.0.0-20261016150608-1facf8f91b50

require (
	github.com/graph-gophers/graphql-go v1.11.0
	github.com/vektah/gqlparser/v2 v2.5.64
	kontrak v0.0.0
)

require (
	github.com/agnivade/levenshtein v1.2.2 // indirect
	github.com/coder/websocket v1.8.15 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/sosodev/duration v1.4.0 // indirect
)
