"""Chapter of the specification: counting persons, households, clients, provisions."""

title = "Whom a cell counts"
text = """
A cell counts persons, households, clients or provisions, and each of them once, however
many rows it has. Anna and Bram live together; Carla lives alone.
"""


def test_persons(spec):
    """A person counts once, however many provisions ran."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain | provision
            -------+--------+----------
            anna   | wmo    | hulp 1
            anna   | wmo    | hulp 2
            anna   | jeugd  | traject
            bram   | wmo    | rolstoel
        """,
        expect="""
            region | persons
            -------+--------
            GM0363 |       2
        """,
    )


def test_households(spec):
    """A household counts once, whoever of its members had the provisions."""
    spec(
        indicator="STA_HUISHOUDENS",
        given="""
            person | household | domain
            -------+-----------+-------
            anna   | dam 1     | wmo
            bram   | dam 1     | pwet
            bram   | dam 1     | jeugd
            carla  | dam 2     | wmo
        """,
        expect="""
            region | households
            -------+-----------
            GM0363 |          2
        """,
    )


def test_who_has_no_private_household_is_in_no_household(spec):
    """Carla lives in an institution: the household column is empty."""
    spec(
        indicator="STA_HUISHOUDENS",
        given="""
            person | household | domain
            -------+-----------+-------
            anna   | dam 1     | wmo
            carla  |           | wmo
            dirk   |           | wmo
        """,
        expect="""
            region | households
            -------+-----------
            NL     |          1
            GM0363 |          1
        """,
    )


def test_who_has_no_private_household_is_still_a_person(spec):
    """The same people, counted as persons."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | household | domain
            -------+-----------+-------
            anna   | dam 1     | wmo
            carla  |           | wmo
            dirk   |           | wmo
        """,
        expect="""
            region | persons
            -------+--------
            GM0363 |       3
        """,
    )


def test_clients(spec):
    """A client is a person within one gemeente: in two gemeenten, two clients."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        given="""
            person | provision  | lives    | client
            -------+------------+----------+-------
            anna   | hulp 1     | WK036301 | GM0363
            anna   | hulp 2     | WK036301 | GM0363
            anna   | opvang     | WK036301 | GM0344
            bram   | rolstoel   | WK036301 | GM0363
        """,
        expect="""
            region | clients
            -------+--------
            GM0363 |       2
            GM0344 |       1
            NL     |       3
        """,
    )


def test_provisions(spec):
    """A provision counts once, also when two people share it."""
    spec(
        indicator="STA_CLIENTEN",
        counts="provisions",
        given="""
            person | domain | provision
            -------+--------+----------
            anna   | pwet   | bijstand
            bram   | pwet   | bijstand
            anna   | wmo    | hulp
        """,
        expect="""
            region | provisions
            -------+-----------
            GM0363 |          2
        """,
    )


def test_only_what_the_indicator_selects(spec):
    """Wmo clients: provisions of the other laws do not make one."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_type",
        given="""
            person | domain
            -------+-------
            anna   | wmo
            bram   | jeugd
            carla  | pwet
        """,
        expect="""
            region | clients
            -------+--------
            NL     |       1
        """,
    )


def test_nobody(spec):
    """A cell that counts nobody is there, and is zero."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain
            -------+-------
        """,
        expect="""
            region   | combination | number | persons
            ---------+-------------+--------+--------
            NL       | T           | T      |       0
            WK034401 | JPW         | 6+     |       0
        """,
    )


def test_inhabitants(spec_inhabiting):
    """Everybody of 1 January, with a provision or without; whose age is not known is in
    the total only. Haarlem does not take part."""
    spec_inhabiting(
        indicator="BEV_INWONERS",
        shown="bevolking_leeftijd",
        not_participating=["GM0392"],
        given="""
            lives    | age | inhabitants
            ---------+-----+------------
            WK036301 |     |         100
            WK036301 | 17  |          30
            WK036301 | 18  |          60
            GM0363   |     |           5
            GM0363   | 90  |           5
            WK039201 |     |          70
            WK039201 | 17  |          70
        """,
        expect="""
            region | age   | inhabitants
            -------+-------+------------
            GM0363 | 0-18  |          30
            GM0363 | 18-45 |          60
            GM0363 | 85+   |           5
            GM0363 | T     |         105
            GM0392 | T     |
            PV27   | T     |         105
            NL     | 0-18  |          30
        """,
    )


def test_inhabitants_by_household(spec_inhabiting):
    """The profile of a wijk; who lives in no household that is known is in the total
    only, and who lives in no known wijk in the gemeente only."""
    spec_inhabiting(
        indicator="BEV_INWONERS",
        shown="bevolking_huishouden",
        given="""
            lives    | household | inhabitants
            ---------+-----------+------------
            WK036301 |           |         100
            WK036301 | EEN       |          30
            WK036301 | PAARKIND  |          60
            GM0363   |           |           5
            GM0363   | EEN       |           5
        """,
        expect="""
            region   | household | inhabitants
            ---------+-----------+------------
            WK036301 | T         |         100
            WK036301 | EEN       |          30
            WK036301 | PAARKIND  |          60
            WK036301 | INST      |           0
            GM0363   | EEN       |          35
            GM0363   | T         |         105
        """,
    )
