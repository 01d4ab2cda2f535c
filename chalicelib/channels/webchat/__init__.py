"""
The web chat: Guichet's own widget on a shop's pages. There is no platform: what is said lies in our own table.

`channel` is the port's side, `events` reads what our routes hand on, `sessions` says whose a browser is, `connecting`
how an account is connected; `widget.js` is what pages load.
"""
