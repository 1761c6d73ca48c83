"""What a host and its accounts need in order to trade, looked at one thing at a time: each check is a function that gives one finding."""
