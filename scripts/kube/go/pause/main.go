// The process that holds a pod's namespaces on a test node. As their first process it ends when it is asked to.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGINT, syscall.SIGTERM)
	for {
		select {
		case <-children:
			reap()
		case <-asked:
			return
		}
	}
}

// Processes whose parents have died become those of the first.
func reap() {
	for {
		if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
			return
		}
	}
}
