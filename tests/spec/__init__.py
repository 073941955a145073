"""The meaning of every word, as small tables; `docs/spec.md` is made from them."""

CHAPTERS = (
    "test_whom_a_cell_counts",
    "test_the_half_year",
    "test_years_and_days",
    "test_regions",
    "test_participation",
    "test_stapeling",
    "test_wmo_types",
    "test_characteristics",
    "test_movement",
    "test_costs",
    "test_client_survey",
    "test_early_warnings",
    "test_levensweg",
    "test_merging",
    "test_what_is_shown",
    "test_what_a_reader_can_believe",
)
