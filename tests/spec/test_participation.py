"""Chapter of the specification: gemeenten that do not take part."""

title = "Gemeenten that do not take part"
text = """
A gemeente that objects, or that did not deliver, is left out before anything is
counted: its residents, its clients and the records it delivered. Totals are totals of
the others.
"""


def test_its_residents_count_nowhere(spec):
    """Haarlem does not take part: Dirk is not in PV27 and not in Nederland."""
    spec(
        indicator="STA_CLIENTEN",
        not_participating=["GM0392"],
        given="""
            person | domain | lives
            -------+--------+---------
            anna   | jeugd  | WK036301
            dirk   | jeugd  | WK039201
        """,
        expect="""
            region | persons
            -------+--------
            GM0363 |       1
            PV27   |       1
            NL     |       1
        """,
    )


def test_it_has_no_cells(spec):
    """Its own cells, those of its wijken, and of a provincie without others, are not in
    the table: a cell without a number is no cell."""
    spec(
        indicator="STA_CLIENTEN",
        not_participating=["GM0344"],
        given="""
            person | lives
            -------+---------
            anna   | WK036301
        """,
        expect="""
            region   | persons
            ---------+--------
            GM0344   |
            WK034401 |
            PV26     |
            NL       |       1
        """,
    )


def test_its_clients_count_nowhere(spec):
    """Carla lives in Amsterdam and gets her Wmo provision from Haarlem."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        not_participating=["GM0392"],
        given="""
            person | lives    | client
            -------+----------+-------
            anna   | WK036301 | GM0363
            carla  | WK036301 | GM0392
        """,
        expect="""
            region | clients
            -------+--------
            GM0363 |       1
            PV27   |       1
        """,
    )


def test_what_it_delivered_is_not_stacked(spec):
    """Carla's Jeugd provision remains: one provision, one law."""
    spec(
        indicator="STA_CLIENTEN",
        not_participating=["GM0392"],
        given="""
            person | domain | lives    | client
            -------+--------+----------+-------
            carla  | wmo    | WK036301 | GM0392
            carla  | jeugd  | WK036301 |
        """,
        expect="""
            region | combination | number | persons
            -------+-------------+--------+--------
            GM0363 | J           | 1      |       1
            GM0363 | JW          | T      |       0
        """,
    )


def test_its_residents_are_no_clients_elsewhere(spec):
    """Dirk lives in Haarlem: what he has from Amsterdam stays out as well."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        not_participating=["GM0392"],
        given="""
            person | lives    | client
            -------+----------+-------
            anna   | WK036301 | GM0363
            dirk   | WK039201 | GM0363
        """,
        expect="""
            region | clients
            -------+--------
            GM0363 |       1
        """,
    )
