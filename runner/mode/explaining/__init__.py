"""What `mode=explain` is made of: a run opened again, the bar in question, and what each part of the bot said of it."""
