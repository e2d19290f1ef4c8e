package main

//go:generate go run -C ../.. kontrak/internal/gql generate --config bench/engine/gqlgen.yml
