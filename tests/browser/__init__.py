"""The pages in a real browser: `make test-browser` installs it and runs these."""
