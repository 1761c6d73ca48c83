"""An account's rules as a person would read them."""
