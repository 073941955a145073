"""Scripts for the Python of other tools; `make bench` installs those beside ours."""
