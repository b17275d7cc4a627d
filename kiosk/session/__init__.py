"""Drive the flow: post events, carry out effects, post what came of them back. The only room that knows the whole way."""
