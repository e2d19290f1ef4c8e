package testkit

import "syscall"

// memoryDir is a file system in memory.
const memoryDir = "/dev/shm"

// roomInMemory tells whether a cluster with its databases fits there: some
// containers give it 64 MB.
func roomInMemory() bool {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memoryDir, &fs); err != nil {
		return false
	}
	return fs.Bavail*uint64(fs.Bsize) >= 2<<30
}
