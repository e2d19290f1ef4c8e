package authn

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/store"
)

// TestNoPasswordCostsAsMuch is not parallel: it counts what the process allocates.
func TestNoPasswordCostsAsMuch(t *testing.T) {
	if got := allocated(t, func() { _, _ = CheckPassword(t.Context(), "", "anything") }); got < argonMemory*1024 {
		t.Errorf("an account without a password was refused for %d bytes, a hash takes %d", got, argonMemory*1024)
	}
}

// allocated gives how many bytes a call allocates.
func allocated(t *testing.T, call func()) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestAHashFitsItsPasswordOnly(t *testing.T) {
	t.Parallel()
	hash, err := HashPassword(t.Context(), "rumah sakit é")
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	if !form.MatchString(hash) {
		t.Errorf("the hash %q is not in PHC form", hash)
	}
	for _, c := range []struct {
		name, hash, password string
		fits                 bool
	}{
		{"the password", hash, "rumah sakit é", true},
		{"the same letters written by another device", hash, "rumah sakit e\u0301", true},
		{"another case", hash, "Rumah sakit é", false},
		{"nothing", hash, "", false},
		{"more", hash, "rumah sakit é ", false},
		{"a hash of other parameters", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password", true},
		{"no hash and no password", "", "", false},
		{"no hash and a password", "", "rumah sakit é", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			fits, err := CheckPassword(t.Context(), c.hash, c.password)
			if err != nil || fits != c.fits {
				t.Errorf("fits = %v, %v; want %v", fits, err, c.fits)
			}
		})
	}
}

func TestEqualPasswordsHaveUnequalHashes(t *testing.T) {
	t.Parallel()
	one, err := HashPassword(t.Context(), "demo-password")
	if err != nil {
		t.Fatal(err)
	}
	two, err := HashPassword(t.Context(), "demo-password")
	if err != nil || one == two {
		t.Errorf("both are %q, %v", one, err)
	}
}

func TestAnUnreadableHashIsAMistakeOfOurs(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{
		"plain", "$2b$10$abcdefghijklmnopqrstuv", "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=18$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4194304,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$", "$argon2id$v=19$m=19456,t=2,p=1$!$AAAAAAAAAAAAAAAAAAAAAA",
	} {
		if fits, err := CheckPassword(t.Context(), hash, "anything"); fits || !errors.Is(err, errHash) {
			t.Errorf("%s: fits = %v, %v", hash, fits, err)
		}
	}
}

// TestHashingWaitsForItsTurn is not parallel: it takes both turns.
func TestHashingWaitsForItsTurn(t *testing.T) {
	for range cap(hashing.free) {
		done, err := hashing.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer done()
	}
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := HashPassword(ctx, "demo-password")
		failed <- err
	}()
	select {
	case err := <-failed:
		t.Fatalf("a third hash was computed beside two others: %v", err)
	default:
	}
	cancel()
	if err := <-failed; !fault.Is(store.Fault(err), fault.TimedOut) {
		t.Errorf("a caller that went away got %v", err)
	}
}
