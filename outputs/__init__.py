"""From audited to released; knows no microdata and no database."""
