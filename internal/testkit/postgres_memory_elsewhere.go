//go:build unix && !linux

package testkit

const memoryDir = ""

// roomInMemory knows of no file system in memory here.
func roomInMemory() bool { return false }
