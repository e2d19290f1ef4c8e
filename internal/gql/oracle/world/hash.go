package world

import "unicode/utf16"

// Mix hashes a number into h. Its twin in world.mjs must give the same bits.
func Mix(h, k uint32) uint32 {
	h ^= k * 0x9e3779b1
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// Text hashes a text into h, by its UTF-16 code units, which are what JavaScript has.
func Text(h uint32, s string) uint32 {
	units := utf16.Encode([]rune(s))
	for _, c := range units {
		h = (h ^ uint32(c)) * 16777619
	}
	return Mix(h, uint32(len(units)))
}
