"""Chapter of the specification: Wmo clients by type of provision."""

title = "Wmo types"
text = """
HH domestic help, OT support at home, HD aids and services, OV other, VO residence and
shelter. XVO is the total without residence and shelter.
"""


def test_a_client_of_two_types_counts_once_in_the_total(spec):
    """Types overlap: they may add up to more than the total, never to less."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        given="""
            person | type
            -------+-----
            anna   | HH
            anna   | HD
            bram   | HH
        """,
        expect="""
            region | wmo_type | clients
            -------+----------+--------
            GM0363 | HH       |       2
            GM0363 | HD       |       1
            GM0363 | OT       |       0
            GM0363 | T        |       2
        """,
    )


def test_two_provisions_of_one_type_are_one_client(spec):
    """A wheelchair and a stairlift: one client of HD."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        given="""
            person | type | provision
            -------+------+----------
            anna   | HD   | rolstoel
            anna   | HD   | traplift
        """,
        expect="""
            region | wmo_type | clients
            -------+----------+--------
            GM0363 | HD       |       1
        """,
    )


def test_the_total_without_residence_and_shelter(spec):
    """Anna has both kinds, Bram shelter only, Carla support at home only."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        given="""
            person | type
            -------+-----
            anna   | OT
            anna   | VO
            bram   | VO
            carla  | OT
        """,
        expect="""
            region | wmo_type | clients
            -------+----------+--------
            GM0363 | OT       |       2
            GM0363 | XVO      |       2
            GM0363 | VO       |       2
            GM0363 | T        |       3
        """,
    )


def test_types_of_a_client_of_two_gemeenten_stay_apart(spec):
    """In each gemeente the types that it provides; in Nederland both clients."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        given="""
            person | type | client
            -------+------+-------
            anna   | HH   | GM0363
            anna   | OT   | GM0344
        """,
        expect="""
            region | wmo_type | clients
            -------+----------+--------
            GM0363 | HH       |       1
            GM0363 | OT       |       0
            GM0344 | OT       |       1
            NL     | XVO      |       2
            NL     | T        |       2
        """,
    )
