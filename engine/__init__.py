"""From linked microdata to audited tables; pure: no clock, no environment."""
