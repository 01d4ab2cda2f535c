"""The web chat, played: browsers of customers who are signed in at the shop, and its pages with the real widget."""
