"""A host's accounts, the one way to find them: what is written, which are asked for, what each says, what is wrong with any of them.

`files` lists what stands in the user's folder, also what is no account although it was meant to be one; `asked` has the words that compose
each account and refuses names of none; `bare` composes one alone; `looked` all that have runs, whole, with every problem at once; `twins`
are accounts with one key; `shown` keeps them composed beside a page. What is done about a problem is its caller's: schedule, deploy, serve
and ladder refuse, guard and alerts say a line and go on, desk and doctor show it.
"""
