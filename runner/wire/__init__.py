"""What venues say and want to hear, as data: pure translation between their payloads and the nouns of trading. No I/O."""
