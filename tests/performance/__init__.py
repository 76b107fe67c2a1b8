"""The benchmark (`make bench`): the real processes on free loopback ports, measured over real sockets."""
