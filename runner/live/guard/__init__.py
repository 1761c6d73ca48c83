"""The guard: a process that holds an account's rules and the venue's REST, nothing else, and keeps what is open within them."""
