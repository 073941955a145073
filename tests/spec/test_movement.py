"""Chapter of the specification: how intense support is, and where it leads."""

title = "Intensity, perspective and movement"
text = """
Support that is granted in time has whole hours a week; youth help had a perspective up
to 2018. Movement in the chain looks at the heaviest that a client had when the
half-year began and on its last day: residence and shelter (or help with residence)
weighs most, then support at home (or other help), then the rest.
"""


def test_hours_lie_in_their_class(spec):
    """An hour is not less than one; what is not in time is not known."""
    spec(
        indicator="WMO_INTENSITEIT",
        shown="wmo_intensiteit",
        given="""
            person | type | hours
            -------+------+------
            anna   | OT   |     0
            anna   | OT   |     1
            bram   | HH   |     3
            carla  | HD   |
        """,
        expect="""
            region | wmo_type | intensity | provisions
            -------+----------+-----------+-----------
            GM0363 | T        | T         |          4
            GM0363 | OT       | 0-1       |          1
            GM0363 | OT       | 1-2       |          1
            GM0363 | HH       | 2-4       |          1
            GM0363 | HD       | ONB       |          1
            GM0363 | T        | ONB       |          1
        """,
    )


def test_what_help_is_to_achieve(spec):
    """Asked of every trajectory up to 2018."""
    spec(
        indicator="JEU_PERSPECTIEF",
        region="residence",
        period="2018-H1",
        given="""
            person | domain | type | detail | perspective
            -------+--------+------+--------+------------
            anna   | jeugd  | JH   | JH02   | 03
            anna   | jeugd  | JH   | JH11   | 01
            bram   | jeugd  | JH   | JH02   |
        """,
        expect="""
            region | youth_help | perspective | trajectories
            -------+------------+-------------+-------------
            GM0363 | T          | 03          |            1
            GM0363 | MV         | 01          |            1
            GM0363 | JH02       | ONB         |            1
            GM0363 | T          | T           |            3
        """,
    )


def test_from_heavy_to_light(spec):
    """Anna left sheltered housing and has guidance at home; Bram has both; Carla's
    guidance became sheltered housing; Dirk has domestic help as before."""
    spec(
        indicator="WMO_KETEN",
        given="""
            person | type | starts     | ends
            -------+------+------------+-----------
            anna   | VO   | 2021-01-01 | 2023-03-31
            anna   | OT   | 2023-04-01 |
            bram   | VO   | 2021-01-01 |
            bram   | OT   | 2023-04-01 |
            carla  | OT   | 2021-01-01 | 2023-03-31
            carla  | VO   | 2023-03-01 |
            dirk   | HH   | 2021-01-01 |
        """,
        expect="""
            region | chain | clients
            -------+-------+--------
            GM0363 | L     |       1
            GM0363 | G     |       2
            GM0363 | Z     |       1
            GM0363 | U     |       0
            GM0363 | T     |       4
        """,
    )


def test_out_of_the_chain(spec):
    """What ends on the last day has ended. Anna went on in basic support, Bram to the
    Wlz; nobody said where Carla went. Dirk came and left; Eva came."""
    spec(
        indicator="WMO_KETEN",
        given="""
            person | type | starts     | ends       | reason
            -------+------+------------+------------+-------
            anna   | OT   | 2021-01-01 | 2023-03-31 | 12
            anna   | HH   | 2021-01-01 | 2023-04-30 | 14
            bram   | OT   | 2021-01-01 | 2023-06-30 | 14
            carla  | HH   | 2021-01-01 | 2023-06-30 |
            dirk   | HH   | 2023-01-01 | 2023-06-30 |
            eva    | HH   | 2023-01-01 |            |
        """,
        expect="""
            region | chain | clients
            -------+-------+--------
            GM0363 | U     |       3
            GM0363 | UB    |       1
            GM0363 | UW    |       1
            GM0363 | UZ    |       0
            GM0363 | UO    |       1
            GM0363 | K     |       1
            GM0363 | I     |       1
        """,
    )


def test_help_by_the_team_is_lighter_than_other_help(spec):
    """Anna left a foster family for the neighbourhood team, Bram day help for it; Dirk
    has no help any more."""
    spec(
        indicator="JEU_KETEN",
        shown="jeugd_keten",
        region="residence",
        given="""
            person | domain | type | detail | starts     | ends
            -------+--------+------+--------+------------+-----------
            anna   | jeugd  | JH   | JH11   | 2021-01-01 | 2023-03-31
            anna   | jeugd  | JH   | JH01   | 2023-04-01 |
            bram   | jeugd  | JH   | JH03   | 2021-01-01 | 2023-03-31
            bram   | jeugd  | JH   | JH01   | 2023-04-01 |
            carla  | jeugd  | JH   | JH02   | 2021-01-01 | 2023-03-31
            carla  | jeugd  | JH   | JH03   | 2023-04-01 |
            dirk   | jeugd  | JH   | JH02   | 2021-01-01 | 2023-06-30
        """,
        expect="""
            region | chain | young persons
            -------+-------+--------------
            GM0363 | L     |             2
            GM0363 | G     |             1
            GM0363 | U     |             1
            GM0363 | T     |             4
        """,
    )


def test_help_that_ended_in_the_half_year_before(spec):
    """Anna's help ended in November, by the delivery of then: she comes again."""
    spec(
        indicator="JEU_TRAJECTEN",
        shown="jeugd_verloop",
        region="residence",
        given="""
            person | domain | type | starts     | ended before
            -------+--------+------+------------+-------------
            anna   | jeugd  | JH   | 2023-02-01 | 2022-11-30
            bram   | jeugd  | JH   | 2023-02-01 |
        """,
        expect="""
            region | youth_course | trajectories
            -------+--------------+-------------
            GM0363 | IH           |            1
            GM0363 | IN           |            1
        """,
    )
