"""Chapter of the specification: regions and their totals."""

title = "Regions"
text = """
Nederland, its provincies, their gemeenten, their wijken. In the examples: Amsterdam
(GM0363) with two wijken and Haarlem (GM0392) in PV27, Utrecht (GM0344) in PV26.

A table may have areas of whole gemeenten besides: landsdelen (LD03 has all three),
COROP-gebieden within a provincie, jeugdregio's and arbeidsmarktregio's that cut across
them. In the examples Haarlem and Utrecht are jeugdregio JR02, Amsterdam and Utrecht are
arbeidsmarktregio AM02.
"""


def test_a_region_counts_all_who_live_in_it(spec):
    """Wijken lie in a gemeente, gemeenten in a provincie, those in Nederland."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | lives
            -------+---------
            anna   | WK036301
            bram   | WK036302
            carla  | WK036302
            dirk   | WK039201
            emma   | WK034401
        """,
        expect="""
            region   | persons
            ---------+--------
            NL       |       5
            PV27     |       4
            PV26     |       1
            GM0363   |       3
            GM0392   |       1
            GM0344   |       1
            WK036301 |       1
            WK036302 |       2
            WK039201 |       1
            WK034401 |       1
        """,
    )


def test_an_unknown_wijk(spec):
    """Who has no known wijk counts in the gemeente: wijken add up to it, or to less."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | lives
            -------+---------
            anna   | WK036301
            bram   | GM0363
            carla  | GM0363
        """,
        expect="""
            region   | persons
            ---------+--------
            GM0363   |       3
            WK036301 |       1
            WK036302 |       0
            PV27     |       3
            NL       |       3
        """,
    )


def test_an_unknown_gemeente(spec):
    """Who lives nowhere on the reference date (died, left, unknown) counts nowhere, so
    that gemeenten add up to Nederland."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain | lives
            -------+--------+---------
            anna   | jeugd  | WK036301
            bram   | jeugd  |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       1
            GM0363 |       1
        """,
    )


def test_a_mover_counts_where_the_last_day_finds_them(spec):
    """Anna moved to Utrecht in spring; what Amsterdam provided moves with her."""
    spec(
        indicator="STA_CLIENTEN",
        period="2023-H1",
        given="""
            person | lives    | client | starts     | ends
            -------+----------+--------+------------+-----------
            anna   | WK034401 | GM0363 | 2023-01-01 | 2023-03-31
            anna   | WK034401 | GM0344 | 2023-04-01 |
        """,
        expect="""
            region   | persons
            ---------+--------
            GM0363   |       0
            GM0344   |       1
            WK034401 |       1
            NL       |       1
        """,
    )


def test_a_mover_is_a_client_of_both(spec):
    """The same Anna as a Wmo client: of Amsterdam in no wijk, of Utrecht in hers."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        period="2023-H1",
        given="""
            person | lives    | client | starts     | ends
            -------+----------+--------+------------+-----------
            anna   | WK034401 | GM0363 | 2023-01-01 | 2023-03-31
            anna   | WK034401 | GM0344 | 2023-04-01 |
        """,
        expect="""
            region   | clients
            ---------+--------
            GM0363   |       1
            WK036301 |       0
            WK036302 |       0
            GM0344   |       1
            WK034401 |       1
            NL       |       2
        """,
    )


def test_a_client_of_two_gemeenten_in_one_provincie(spec):
    """Gemeenten add up to their provincie: Anna counts twice there."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        given="""
            person | lives    | client
            -------+----------+-------
            anna   | WK036301 | GM0363
            anna   | WK036301 | GM0392
        """,
        expect="""
            region   | clients
            ---------+--------
            GM0363   |       1
            WK036301 |       1
            GM0392   |       1
            WK039201 |       0
            PV27     |       2
        """,
    )


def test_a_person_is_one_person_in_the_country(spec):
    """The same Anna as a person: once, where she lives."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | lives    | client
            -------+----------+-------
            anna   | WK036301 | GM0363
            anna   | WK036301 | GM0392
        """,
        expect="""
            region   | persons
            ---------+--------
            WK036301 |       1
            GM0363   |       1
            GM0392   |       0
            PV27     |       1
        """,
    )


def test_a_jeugdregio_cuts_across_provincies(spec):
    """Each gemeente counts in its provincie and in its jeugdregio; both add up to
    Nederland."""
    spec(
        indicator="JEU_JONGEREN",
        shown="jeugd_combinatie",
        region="residence",
        counts="persons",
        given="""
            person | domain | type | lives
            -------+--------+------+---------
            anna   | jeugd  | JH   | WK036301
            bram   | jeugd  | JH   | WK039201
            carla  | jeugd  | JH   | WK034401
            dirk   | jeugd  | JH   | GM0344
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       4
            PV27   |       2
            PV26   |       2
            JR01   |       1
            JR02   |       3
        """,
    )


def test_a_corop_lies_in_a_provincie_and_that_in_a_landsdeel(spec):
    """Anna and Bram are of Amsterdam, in CR23; all four are of West-Nederland."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        given="""
            person | lives
            -------+---------
            anna   | WK036301
            bram   | WK036302
            carla  | WK039201
            dirk   | WK034401
        """,
        expect="""
            region   | clients
            ---------+--------
            LD03     |       4
            PV27     |       3
            CR23     |       2
            CR19     |       1
            CR17     |       1
            WK036301 |       1
        """,
    )


def test_an_area_counts_the_gemeenten_that_take_part(spec):
    """Utrecht takes no part: the area that it shares with Haarlem is Haarlem alone."""
    spec(
        indicator="PAR_PERSONEN",
        shown="bijstand_aow",
        not_participating=["GM0344"],
        given="""
            person | domain | type | lives
            -------+--------+------+---------
            anna   | pwet   | BU   | WK036301
            bram   | pwet   | BU   | WK039201
            carla  | pwet   | BU   | WK034401
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       2
            AM01   |       1
            AM02   |       1
        """,
    )
