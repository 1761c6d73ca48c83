"""One process that starts every account's runs when they are due, each in a process of its own, and keeps running what lasts."""
