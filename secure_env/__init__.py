"""Everything that is only allowed inside: BSN, files, people, the command line."""
