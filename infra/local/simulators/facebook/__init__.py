"""Comments on a Facebook page: what the system calls there, and what the page's feed sends."""
