"""Jobs of a sweep that other processes run, on this machine or on others: what they are sent, and what comes back."""
