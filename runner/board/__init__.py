"""The desk: a web page over the accounts of one or several user's folders, and what it is made of."""
